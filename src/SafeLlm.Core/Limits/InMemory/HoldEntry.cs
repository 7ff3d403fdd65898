namespace SafeLlm.Limits.InMemory;

/// <summary>A hold as the ledger keeps it, open or waiting for a late settle. The lock of its shard guards it.</summary>
internal sealed class HoldEntry(uint hash, Hold hold, LeaseEnd onLeaseEnd, Share[] shares) : ChainedNode<HoldEntry>(hash)
{
    /// <summary>As its owner sees it.</summary>
    public Hold Hold { get; private set; } = hold;

    public Share[] Shares { get; } = shares;

    /// <summary>When something must be done about it: its lease ends, or 24 hours after that it is forgotten.</summary>
    public long Due { get; set; } = hold.LeaseEnds.UtcTicks;

    /// <summary>Where it stands in its shard's <see cref="DueHeap"/>.</summary>
    public int HeapIndex { get; set; }

    public LeaseEnd OnLeaseEnd { get; } = onLeaseEnd;

    public HoldPhase Phase { get; set; }

    /// <summary>The lease was extended.</summary>
    public void Extended(long leaseEnds) => Hold = Hold with { LeaseEnds = new DateTimeOffset(leaseEnds, TimeSpan.Zero) };
}
