using System.Runtime.CompilerServices;

namespace SafeLlm.Limits.InMemory;

/// <summary>
/// A hold as the ledger keeps it, open or waiting for a late settle. The gate of its shard guards it; it is used again
/// for another hold when this one is gone.
/// </summary>
internal sealed class HoldEntry
{
    /// <summary>The place of what is in no heap.</summary>
    public const int InNoHeap = -1;

    private Few few;
    private Share[]? many;
    private int count;

    /// <summary>Of the hold's id.</summary>
    public uint Hash { get; private set; }

    /// <summary>The next one with a like hash.</summary>
    public HoldEntry? Next { get; set; }

    /// <summary>As its owner sees it.</summary>
    public Hold Hold { get; private set; } = null!;

    /// <summary>Its parts, one a limit, in the order of the request.</summary>
    public Span<Share> Shares => many is null ? ((Span<Share>)few)[..count] : many;

    /// <summary>When something must be done about it: its lease ends, or 24 hours after that it is forgotten.</summary>
    public long Due { get; set; }

    /// <summary>Where it stands in its shard's <see cref="DueHeap"/>, or <see cref="InNoHeap"/>.</summary>
    public int HeapIndex { get; set; }

    public bool IsInHeap => HeapIndex != InNoHeap;

    public LeaseEnd OnLeaseEnd { get; private set; }

    public HoldPhase Phase { get; set; }

    /// <summary>Makes room for the parts of a hold that is about to be taken.</summary>
    public void Reserve(int shares)
    {
        many = shares > Few.Most ? new Share[shares] : null;
        count = shares;
    }

    /// <summary>The hold has been taken.</summary>
    public void Begin(uint hash, Hold hold, long leaseEnds, LeaseEnd onLeaseEnd)
    {
        (Hash, Hold, OnLeaseEnd) = (hash, hold, onLeaseEnd);
        (Due, Phase) = (leaseEnds, HoldPhase.Open);
    }

    /// <summary>Lets go of all that it refers to: it may wait for its next hold longer than its ledger lives.</summary>
    public void Clear()
    {
        foreach (ref var share in Shares)
        {
            share.Counter = null!;
        }

        (Hold, many) = (null!, null);
    }

    /// <summary>The lease was extended.</summary>
    public void Extended(long leaseEnds) => Hold = Hold with { LeaseEnds = new DateTimeOffset(leaseEnds, TimeSpan.Zero) };

    /// <summary>As many as most holds have, so that these need no array of their own.</summary>
    [InlineArray(Most)]
    private struct Few
    {
        public const int Most = 4;
        private Share first;
    }
}
