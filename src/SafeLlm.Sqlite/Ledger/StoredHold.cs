using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>A hold as the file keeps it. Instants are ticks of UTC.</summary>
internal sealed record StoredHold(string Id, HoldPhases Phase, Amounts Amounts, long TakenAt, long Due, LeaseEnd OnLeaseEnd, StoredShare[] Shares)
{
    /// <summary>What of its amounts is charged so far.</summary>
    public Amounts Charged => Phase.HasFlag(HoldPhases.Charged) ? Amounts : new Amounts(0, 0, default, 0);

    public Hold ToHold() => new(Id, Amounts, new DateTimeOffset(TakenAt, TimeSpan.Zero), new DateTimeOffset(Due, TimeSpan.Zero));
}
