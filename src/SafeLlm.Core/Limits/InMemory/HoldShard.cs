namespace SafeLlm.Limits.InMemory;

/// <summary>A part of the holds, by the hash of their ids. Its lock is taken before that of any counter.</summary>
internal sealed class HoldShard
{
    private readonly ChainedTable<HoldEntry> entries = new();
    private readonly DueHeap due = new();

    public Lock Gate { get; } = new();

    public ClosedHolds Closed { get; } = new();

    public int OpenCount { get; private set; }

    public long EarliestDue => due.Earliest?.Due ?? long.MaxValue;

    public IEnumerable<HoldEntry> All => entries.All;

    public HoldEntry? Find(IdHash hash, string id)
    {
        var entry = entries.First((uint)hash.High);
        while (entry is not null && !string.Equals(entry.Hold.Id, id, StringComparison.Ordinal))
        {
            entry = entry.Next;
        }

        return entry;
    }

    public void Add(HoldEntry entry)
    {
        entries.Add(entry);
        due.Add(entry);
        OpenCount++;
    }

    /// <summary>The lease of an entry has ended: it is no longer open, and remembered until a later instant.</summary>
    public void EndLease(HoldEntry entry, HoldPhase phase, long forgetAt)
    {
        entry.Phase = phase;
        due.Reschedule(entry, forgetAt);
        OpenCount--;
    }

    public void Extend(HoldEntry entry, long leaseEnd)
    {
        due.Reschedule(entry, leaseEnd);
        entry.Extended(leaseEnd);
    }

    public void Remove(HoldEntry entry)
    {
        if (entry.Phase == HoldPhase.Open)
        {
            OpenCount--;
        }

        entries.Remove(entry);
        due.Remove(entry);
    }

    public HoldEntry? NextDue(long now) => due.Earliest is { } entry && entry.Due <= now ? entry : null;

    /// <summary>After the clock stepped back: nothing waits longer than the longest wait there is.</summary>
    public void Clamp(long latest) => due.Clamp(latest);
}
