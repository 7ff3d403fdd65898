namespace SafeLlm.Limits.InMemory;

/// <summary>A hold as the ledger keeps it, open or waiting for a late settle. The lock of its shard guards it.</summary>
internal sealed class HoldEntry(uint hash, HoldRequest request, Share[] shares, long now) : ChainedNode<HoldEntry>(hash)
{
    public string Id { get; } = request.OperationId;

    public Amounts Amounts { get; } = request.Amounts;

    public Share[] Shares { get; } = shares;

    public LeaseEnd OnLeaseEnd { get; } = request.OnLeaseEnd;

    public HoldPhase Phase { get; set; }

    public long TakenAt { get; } = now;

    /// <summary>When something must be done about it: its lease ends, or 24 hours after that it is forgotten.</summary>
    public long Due { get; set; } = now + request.Lease.Ticks;

    /// <summary>Where it stands in its shard's <see cref="DueHeap"/>.</summary>
    public int HeapIndex { get; set; }

    /// <summary>What of an amount is charged so far.</summary>
    public Amounts Charged => Phase == HoldPhase.Charged ? Amounts : new Amounts(0, 0, default, 0);

    public Hold ToHold() => new(Id, Amounts, new DateTimeOffset(TakenAt, TimeSpan.Zero), new DateTimeOffset(Due, TimeSpan.Zero));
}
