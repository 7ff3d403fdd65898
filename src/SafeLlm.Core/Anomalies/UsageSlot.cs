namespace SafeLlm.Anomalies;

/// <summary>What was used within five minutes. <see cref="Cost"/> is in nano-dollars.</summary>
internal struct UsageSlot
{
    /// <summary>Which five minutes, counted from the year 1.</summary>
    public long Index;

    /// <summary>Requests whose nonce was claimed: exactly as many, on however many nodes.</summary>
    public long Claimed;

    /// <summary>Requests that were told apart, those among them that were refused unread. Never more than there were.</summary>
    public long Arrived;

    /// <summary>How many of them are billed: only those have tokens.</summary>
    public long Billed;

    public long Tokens;

    public long Cost;

    /// <summary>How many requests there were at least.</summary>
    public readonly long Requests => Math.Max(Claimed, Arrived);

    public void Add(in UsageSlot other)
    {
        Claimed += other.Claimed;
        Arrived += other.Arrived;
        Billed += other.Billed;
        Tokens = Sum(Tokens, other.Tokens);
        Cost = Sum(Cost, other.Cost);
    }

    // Of amounts that are 0 or more.
    private static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
