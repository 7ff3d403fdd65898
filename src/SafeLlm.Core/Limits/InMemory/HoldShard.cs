namespace SafeLlm.Limits.InMemory;

/// <summary>A part of the holds, by the hash of their ids. It is entered before any counter.</summary>
internal sealed class HoldShard : Gate
{
    private const int MostSpare = 16;
    private const int FewestChains = 16;
    private HoldEntry?[] chains = new HoldEntry?[FewestChains];
    private int count;
    private readonly DueHeap due = new();
    private readonly HoldEntry?[] spare = new HoldEntry?[MostSpare];
    private int spareCount;

    public ClosedHolds Closed { get; } = new();

    public int OpenCount { get; private set; }

    public long EarliestDue => due.Earliest?.Due ?? long.MaxValue;

    /// <summary>Every entry; in the gate only.</summary>
    public IEnumerable<HoldEntry> All
    {
        get
        {
            foreach (var chain in chains)
            {
                for (var entry = chain; entry is not null; entry = entry.Next) yield return entry;
            }
        }
    }

    public HoldEntry? Find(IdHash hash, string id)
    {
        var entry = chains[(uint)hash.High & (uint)(chains.Length - 1)];
        while (entry is not null && !(entry.Hash == (uint)hash.High && string.Equals(entry.Hold.Id, id, StringComparison.Ordinal)))
        {
            entry = entry.Next;
        }

        return entry;
    }

    /// <summary>An entry to fill, with room for the parts of a hold. Give it to <see cref="Add"/> or <see cref="Return"/>.</summary>
    public HoldEntry Rent(int shares)
    {
        // Stays where it is, as it will most likely come back there: nothing then need be told to the collector.
        var entry = spareCount > 0 ? spare[--spareCount]! : new HoldEntry();
        entry.Reserve(shares);
        return entry;
    }

    /// <summary>Nobody refers to the entry any more.</summary>
    public void Return(HoldEntry entry)
    {
        if (spareCount < MostSpare)
        {
            entry.Clear();
            if (spare[spareCount] != entry)
            {
                spare[spareCount] = entry;
            }

            spareCount++;
        }
    }

    public void Add(HoldEntry entry)
    {
        if (count++ == chains.Length)
        {
            Resize(chains.Length * 2);
        }

        Link(entry);
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

    /// <summary>Takes an entry out, to be used again: it is not looked at after this.</summary>
    public void Remove(HoldEntry entry)
    {
        if (entry.Phase == HoldPhase.Open)
        {
            OpenCount--;
        }

        Unlink(entry);
        if (--count < chains.Length / 4 && chains.Length > FewestChains)
        {
            Resize(chains.Length / 2);
        }

        due.Remove(entry);
        Return(entry);
    }

    public HoldEntry? NextDue(long now) => due.Earliest is { } entry && entry.Due <= now ? entry : null;

    /// <summary>After the clock stepped back: nothing waits longer than the longest wait there is.</summary>
    public void Clamp(long latest) => due.Clamp(latest);

    private void Link(HoldEntry entry)
    {
        ref var chain = ref chains[entry.Hash & (uint)(chains.Length - 1)];
        if (entry.Next != chain)
        {
            entry.Next = chain;
        }

        chain = entry;
    }

    private void Unlink(HoldEntry entry)
    {
        ref var chain = ref chains[entry.Hash & (uint)(chains.Length - 1)];
        if (chain == entry)
        {
            // Mostly the only one of its chain; writing that there is none costs the collector nothing.
            if (entry.Next is { } next)
            {
                chain = next;
            }
            else
            {
                chain = null;
            }

            return;
        }

        var before = chain!;
        while (before.Next != entry)
        {
            before = before.Next!;
        }

        before.Next = entry.Next;
    }

    private void Resize(int size)
    {
        var old = chains;
        chains = new HoldEntry?[size];
        foreach (var chain in old)
        {
            for (var entry = chain; entry is not null;)
            {
                var next = entry.Next;
                Link(entry);
                entry = next;
            }
        }
    }
}
