namespace SafeLlm.Limits.InMemory;

/// <summary>A part of the counters, by the hash of their scope: all counters of a scope are behind one lock.</summary>
internal sealed class CounterStripe
{
    private readonly ChainedTable<Counter> counters = new();

    public Lock Gate { get; } = new();

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

    public Counter Add(uint hash, byte stripe, Limit limit)
    {
        var counter = Counter.Create(hash, stripe, limit);
        counters.Add(counter);
        return counter;
    }

    public void DropIdle(long now) => counters.RemoveAll(counter => counter.IsIdle(now));
}
