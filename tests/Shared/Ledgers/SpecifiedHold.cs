using SafeLlm.Limits;

namespace SafeLlm.Tests.Ledgers;

/// <summary>A hold as the specification sees it.</summary>
internal sealed class SpecifiedHold(string id, int[] limits, Amounts amounts, DateTimeOffset takenAt, DateTimeOffset leaseEnds, LeaseEnd onLeaseEnd)
{
    public string Id { get; } = id;

    public int[] Limits { get; } = limits;

    public Amounts Amounts { get; } = amounts;

    public DateTimeOffset TakenAt { get; } = takenAt;

    public DateTimeOffset LeaseEnds { get; set; } = leaseEnds;

    public LeaseEnd OnLeaseEnd { get; } = onLeaseEnd;

    public bool IsOpen { get; set; } = true;

    public bool HasLeaseEnded { get; set; }

    /// <summary>The answer to its settle; null until there is one.</summary>
    public SettleResult? Settled { get; set; }

    public bool IsReleased { get; set; }

    /// <summary>When its owner closed it, or its lease did.</summary>
    public DateTimeOffset ClosedAt { get; set; }

    /// <summary>What its lease charged, to be corrected.</summary>
    public List<SpecifiedCharge> LeaseCharges { get; } = [];
}
