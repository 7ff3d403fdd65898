using SafeLlm.Anomalies;

namespace SafeLlm.AspNetCore;

/// <summary>An anomaly of a key, as it was found first within its hour.</summary>
/// <param name="KeyId">The key's public name.</param>
/// <param name="At">When it was found.</param>
/// <param name="Anomaly">What was found, with its numbers.</param>
/// <param name="Action">What followed.</param>
/// <param name="Until">Until when the key is slowed or frozen; null where it is neither, or until an operator thaws it.</param>
public sealed record KeyAnomaly(string KeyId, DateTimeOffset At, Anomaly Anomaly, AnomalyAction Action, DateTimeOffset? Until);
