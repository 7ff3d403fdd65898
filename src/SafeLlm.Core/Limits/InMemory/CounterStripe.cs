namespace SafeLlm.Limits.InMemory;

/// <summary>A part of the counters, by the hash of their scope: all counters of a scope are behind one gate.</summary>
internal sealed class CounterStripe(byte index) : Gate
{
    private readonly ChainedTable<Counter> counters = new();

    /// <summary>Its place among all stripes, and in the order in which they are entered.</summary>
    public byte Index { get; } = index;

    public int Count => counters.Count;

    public IEnumerable<Counter> All => counters.All;

    public Counter? Find(uint hash, Limit limit)
    {
        var counter = counters.First(hash);
        while (counter is not null && !(counter.Hash == hash && counter.Counts(limit)))
        {
            counter = counter.Next;
        }

        return counter;
    }

    public Counter Add(uint hash, Limit limit)
    {
        var counter = Counter.Create(hash, this, limit);
        counters.Add(counter);
        return counter;
    }

    public void DropIdle(long now) => counters.RemoveAll(counter => counter.DropIfIdle(now));
}
