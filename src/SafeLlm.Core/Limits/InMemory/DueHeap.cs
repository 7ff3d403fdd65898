namespace SafeLlm.Limits.InMemory;

/// <summary>Holds by the instant at which they are due, the earliest on top. Entries know their place, so any can be taken out.</summary>
internal sealed class DueHeap
{
    private HoldEntry[] entries = new HoldEntry[4];
    private int count;

    public HoldEntry? Earliest => count == 0 ? null : entries[0];

    public void Add(HoldEntry entry)
    {
        if (count == entries.Length)
        {
            Array.Resize(ref entries, count * 2);
        }

        Up(count++, entry);
    }

    public void Remove(HoldEntry entry)
    {
        // Its last place still names it: most likely it comes back there, and nothing need then be told to the collector.
        var last = entries[--count];
        if (last != entry)
        {
            Move(entry.HeapIndex, last);
        }

        if (entries.Length > 64 && count < entries.Length / 4)
        {
            Array.Resize(ref entries, entries.Length / 2);
        }
    }

    public void Reschedule(HoldEntry entry, long due)
    {
        entry.Due = due;
        Move(entry.HeapIndex, entry);
    }

    /// <summary>Brings everything forward that is due later than a given instant. The order stays as it is.</summary>
    public void Clamp(long latest)
    {
        foreach (var entry in entries.AsSpan(0, count))
        {
            entry.Due = Math.Min(entry.Due, latest);
        }
    }

    private void Move(int at, HoldEntry entry)
    {
        if (at > 0 && entries[(at - 1) / 2].Due > entry.Due)
        {
            Up(at, entry);
        }
        else
        {
            Down(at, entry);
        }
    }

    private void Up(int at, HoldEntry entry)
    {
        while (at > 0 && entries[(at - 1) / 2].Due > entry.Due)
        {
            Place(at, entries[(at - 1) / 2]);
            at = (at - 1) / 2;
        }

        Place(at, entry);
    }

    private void Down(int at, HoldEntry entry)
    {
        for (var child = (2 * at) + 1; child < count; child = (2 * at) + 1)
        {
            if (child + 1 < count && entries[child + 1].Due < entries[child].Due)
            {
                child++;
            }

            if (entries[child].Due >= entry.Due)
            {
                break;
            }

            Place(at, entries[child]);
            at = child;
        }

        Place(at, entry);
    }

    private void Place(int at, HoldEntry entry)
    {
        if (entries[at] != entry)
        {
            entries[at] = entry;
        }

        entry.HeapIndex = at;
    }
}
