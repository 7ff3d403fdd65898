namespace SafeLlm.Anomalies;

/// <summary>What was used within five minutes. <see cref="Cost"/> is in nano-dollars.</summary>
internal struct UsageSlot
{
    /// <summary>Which five minutes, counted from the year 1.</summary>
    public long Index;

    public long Requests;

    /// <summary>How many of them are billed: only those have tokens.</summary>
    public long Billed;

    public long Tokens;

    public long Cost;

    public void Add(long requests, long billed, long tokens, long cost)
    {
        Requests += requests;
        Billed += billed;
        Tokens = Sum(Tokens, tokens);
        Cost = Sum(Cost, cost);
    }

    // Of amounts that are 0 or more.
    private static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
