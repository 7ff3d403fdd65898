namespace SafeLlm.Anomalies;

/// <summary>What the detector says of a key after one more request or bill.</summary>
/// <param name="Anomalies">
/// Each kind at most once, the worse of its two windows; empty where all is as usual. Where it goes on, the numbers are those of when it was
/// found within the present five minutes.
/// </param>
/// <param name="Action">What follows; null where nothing does.</param>
/// <param name="IsWarmingUp">Whether the key is too new for more than an alert.</param>
public readonly record struct AnomalyVerdict(IReadOnlyList<Anomaly> Anomalies, AnomalyAction? Action, bool IsWarmingUp)
{
    /// <summary>All is as usual.</summary>
    public static AnomalyVerdict Usual { get; } = new([], null, false);
}
