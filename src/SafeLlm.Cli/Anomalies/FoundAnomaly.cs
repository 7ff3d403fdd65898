using SafeLlm.Anomalies;

namespace SafeLlm.Cli.Anomalies;

/// <summary>An anomaly that a journal shows, as it was found first within its hour; the tier is null where it is not known.</summary>
internal sealed record FoundAnomaly(DateTimeOffset At, string Key, string? Tier, Anomaly Anomaly, AnomalyAction Action, bool IsWarmingUp);
