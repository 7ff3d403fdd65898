using SafeLlm.Anomalies;

namespace SafeLlm.Cli.Anomalies;

/// <summary>An anomaly that a journal shows, as it was found first within its hour.</summary>
internal sealed record FoundAnomaly(DateTimeOffset At, string Key, Anomaly Anomaly, AnomalyAction Action, bool IsWarmingUp);
