namespace SafeLlm.RateLimiting;

/// <summary>How long a store that did not answer is left alone: ever longer, from one try to the next.</summary>
internal static class LeasePauses
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    public static TimeSpan First { get; } = TimeSpan.FromMilliseconds(200);

    public static TimeSpan After(TimeSpan pause) => pause * 2 < Longest ? pause * 2 : Longest;
}
