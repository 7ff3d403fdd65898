namespace SafeLlm.Anomalies;

/// <summary>How usage left what is usual. The first two are the article's, the third follows them: limit by cost, not only by requests.</summary>
public enum AnomalyKind
{
    /// <summary>Far more requests than usual.</summary>
    RequestSpike,

    /// <summary>Requests that use far more tokens each than usual.</summary>
    TokenSpike,

    /// <summary>Far more money than usual.</summary>
    CostSpike,
}
