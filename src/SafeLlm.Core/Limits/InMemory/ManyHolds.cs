namespace SafeLlm.Limits.InMemory;

/// <summary>Holds by the hashes of their ids, and by when they are due.</summary>
internal sealed class ManyHolds
{
    private const int FewestChains = 16;
    private HoldEntry?[] chains = new HoldEntry?[FewestChains];
    private readonly DueHeap due = new();

    public int Count { get; private set; }

    /// <summary>The one that is due first.</summary>
    public HoldEntry? Earliest => due.Earliest;

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

    public HoldEntry? Find(uint hash, string id)
    {
        var entry = chains[hash & (uint)(chains.Length - 1)];
        while (entry is not null && !(entry.Hash == hash && string.Equals(entry.Hold.Id, id, StringComparison.Ordinal)))
        {
            entry = entry.Next;
        }

        return entry;
    }

    public void Add(HoldEntry entry)
    {
        if (Count++ == chains.Length)
        {
            Resize(chains.Length * 2);
        }

        Link(entry);
        due.Add(entry);
    }

    public void Remove(HoldEntry entry)
    {
        Unlink(entry);
        if (--Count < chains.Length / 4 && chains.Length > FewestChains)
        {
            Resize(chains.Length / 2);
        }

        due.Remove(entry);
    }

    public void Reschedule(HoldEntry entry, long at) => due.Reschedule(entry, at);

    public void Clamp(long latest) => due.Clamp(latest);

    private void Link(HoldEntry entry)
    {
        ref var chain = ref chains[entry.Hash & (uint)(chains.Length - 1)];
        entry.Next = chain;
        chain = entry;
    }

    private void Unlink(HoldEntry entry)
    {
        ref var chain = ref chains[entry.Hash & (uint)(chains.Length - 1)];
        if (chain == entry)
        {
            chain = entry.Next;
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
