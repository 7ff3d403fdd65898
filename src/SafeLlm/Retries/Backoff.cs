namespace SafeLlm.Retries;

/// <summary>How long to wait before another attempt.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan MostJitterOnAdvice = TimeSpan.FromMilliseconds(250);

    /// <summary>Doubling from half a second to eight, between half and all of it by chance, so that callers who failed together do not return together.</summary>
    /// <param name="failures">How many attempts have failed, from 1.</param>
    /// <param name="jitter">From 0 to below 1.</param>
    public static TimeSpan Exponential(int failures, double jitter)
    {
        var whole = First * Math.Pow(2, Math.Clamp(failures - 1, 0, 16));
        if (whole > Longest) whole = Longest;
        return whole * (0.5 + (Math.Clamp(jitter, 0, 1) / 2));
    }

    /// <summary>What the provider asked for, never less; up to a tenth and a quarter of a second more by chance, for the same reason.</summary>
    public static TimeSpan Advised(TimeSpan advice, double jitter)
    {
        if (advice < TimeSpan.Zero) advice = TimeSpan.Zero;
        var most = advice / 10;
        if (most > MostJitterOnAdvice) most = MostJitterOnAdvice;
        return advice + (most * Math.Clamp(jitter, 0, 1));
    }
}
