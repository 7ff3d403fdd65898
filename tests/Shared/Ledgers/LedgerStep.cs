using SafeLlm.Limits;

namespace SafeLlm.Tests.Ledgers;

/// <summary>One step of a random program. Holds are named by how long ago they were first asked for: 0 is the newest.</summary>
public abstract record LedgerStep
{
    private LedgerStep()
    {
    }

    /// <summary>Asks for a hold: a new one, or (from 0 on) again for one that was asked for before.</summary>
    public sealed record Hold(int Again, int Limits, int Size, int LeaseSeconds, LeaseEnd OnLeaseEnd) : LedgerStep;

    /// <summary>Settles a hold at a share of what it set aside.</summary>
    public sealed record Settle(int Which, int Percent) : LedgerStep;

    public sealed record Release(int Which) : LedgerStep;

    public sealed record Extend(int Which, int LeaseSeconds) : LedgerStep;

    public sealed record Pass(long Milliseconds) : LedgerStep;

    public sealed record StepBack(long Milliseconds) : LedgerStep;

    public sealed record SetCap(int Limit, int Percent) : LedgerStep;

    public sealed record Look : LedgerStep;
}
