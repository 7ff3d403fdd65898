namespace SafeLlm.Anomalies;

/// <summary>A day of a key: the 24 hours from an instant on, and the most that was used within them.</summary>
/// <param name="Start">When it began: with a call of the key, not at midnight.</param>
/// <param name="Peaks">The most that was used, as it was measured.</param>
public readonly record struct UsageDay(DateTimeOffset Start, UsagePeaks Peaks)
{
    /// <summary>How long a day is.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromHours(24);
}
