namespace SafeLlm.AspNetCore;

/// <summary>What the verifier of this process found lately, for a page that shows it. Alerts are told to every <see cref="Alerts.IAlertSink"/>.</summary>
public interface IAnomalyList
{
    /// <summary>The last anomalies, newest first, at most 200.</summary>
    IReadOnlyList<KeyAnomaly> Recent { get; }
}
