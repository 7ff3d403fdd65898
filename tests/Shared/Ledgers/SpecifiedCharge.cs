namespace SafeLlm.Tests.Ledgers;

/// <summary>An amount that was settled at one limit.</summary>
internal sealed class SpecifiedCharge(int limit, DateTimeOffset at, long amount)
{
    public int Limit { get; } = limit;

    /// <summary>The instant it belongs to.</summary>
    public DateTimeOffset At { get; } = at;

    /// <summary>What it is.</summary>
    public long Amount { get; private set; } = amount;

    /// <summary>What a store may take it for that forgot it before it was corrected.</summary>
    public long Highest { get; private set; } = amount;

    public void Correct(long amount, bool mayBeForgotten)
    {
        Amount = amount;
        Highest = mayBeForgotten ? Math.Max(Highest, amount) : amount;
    }
}
