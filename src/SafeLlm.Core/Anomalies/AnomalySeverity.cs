namespace SafeLlm.Anomalies;

/// <summary>How much an anomaly matters, by the article: any high one blocks, others alert.</summary>
public enum AnomalySeverity
{
    /// <summary>Somebody should know.</summary>
    Medium,

    /// <summary>It costs while nobody acts.</summary>
    High,
}
