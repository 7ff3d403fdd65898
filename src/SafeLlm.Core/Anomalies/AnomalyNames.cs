namespace SafeLlm.Anomalies;

/// <summary>The public names of anomalies, as the article has them.</summary>
public static class AnomalyNames
{
    /// <summary>The name of a kind: <c>request_spike</c>, <c>token_spike</c>, <c>cost_spike</c>.</summary>
    public static string Name(this AnomalyKind kind) => kind switch
    {
        AnomalyKind.RequestSpike => "request_spike",
        AnomalyKind.TokenSpike => "token_spike",
        AnomalyKind.CostSpike => "cost_spike",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such anomaly."),
    };

    /// <summary>The name of a severity: <c>medium</c>, <c>high</c>.</summary>
    public static string Name(this AnomalySeverity severity) => severity switch
    {
        AnomalySeverity.Medium => "medium",
        AnomalySeverity.High => "high",
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "There is no such severity."),
    };
}
