namespace SafeLlm.Limits.InMemory;

/// <summary>A part of the holds, by the hash of their ids. It is entered before any counter.</summary>
internal sealed class HoldShard : Gate
{
    private readonly ManyHolds many = new();
    private FewHolds few;
    private ClosedHolds closed = new();

    public ref ClosedHolds Closed => ref closed;

    public int OpenCount { get; private set; }

    public long EarliestDue => Earliest?.Due ?? long.MaxValue;

    /// <summary>Every entry; in the gate only.</summary>
    public IEnumerable<HoldEntry> All => Enumerable.Range(0, few.Count).Select(index => few[index]).Concat(many.All);

    public HoldEntry? Find(IdHash hash, string id) =>
        few.Find((uint)hash.High, id) is { } entry ? entry : many.Count > 0 ? many.Find((uint)hash.High, id) : null;

    public void Add(HoldEntry entry)
    {
        if (!few.TryAdd(entry))
        {
            many.Add(entry);
        }

        OpenCount++;
    }

    /// <summary>The lease of an entry has ended: it is no longer open, and remembered until a later instant.</summary>
    public void EndLease(HoldEntry entry, HoldPhase phase, long forgetAt)
    {
        entry.Phase = phase;
        OpenCount--;
        if (entry.IsInHeap)
        {
            many.Reschedule(entry, forgetAt);
        }
        else
        {
            // It stays for long, and the few places are for holds that come and go.
            few.Remove(entry);
            entry.Due = forgetAt;
            many.Add(entry);
        }
    }

    public void Extend(HoldEntry entry, long leaseEnd)
    {
        if (entry.IsInHeap)
        {
            many.Reschedule(entry, leaseEnd);
        }
        else
        {
            entry.Due = leaseEnd;
        }

        entry.Extended(leaseEnd);
    }

    /// <summary>Takes an entry out.</summary>
    public void Remove(HoldEntry entry)
    {
        if (entry.Phase == HoldPhase.Open)
        {
            OpenCount--;
        }

        if (entry.IsInHeap)
        {
            many.Remove(entry);
        }
        else
        {
            few.Remove(entry);
        }
    }

    public HoldEntry? NextDue(long now) => Earliest is { } entry && entry.Due <= now ? entry : null;

    /// <summary>After the clock stepped back: nothing waits longer than the longest wait there is.</summary>
    public void Clamp(long latest)
    {
        for (var i = 0; i < few.Count; i++)
        {
            few[i].Due = Math.Min(few[i].Due, latest);
        }

        many.Clamp(latest);
    }

    private HoldEntry? Earliest =>
        (few.Earliest, many.Earliest) is ({ } one, { } other) ? one.Due <= other.Due ? one : other : few.Earliest ?? many.Earliest;
}
