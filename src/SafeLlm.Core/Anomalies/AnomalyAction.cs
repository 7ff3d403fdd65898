namespace SafeLlm.Anomalies;

/// <summary>What follows on an anomaly, mildest first.</summary>
public enum AnomalyAction
{
    /// <summary>Somebody is told; the key's calls go on.</summary>
    Alert,

    /// <summary>The key's calls are let through one by one, each a while after the one before.</summary>
    Slow,

    /// <summary>The key is frozen for a while, longer each time within a day.</summary>
    Freeze,

    /// <summary>The key is frozen until an operator thaws it.</summary>
    RequireOperator,
}
