using SafeLlm.Limits;

namespace SafeLlm.Waiting;

/// <summary>
/// Where calls wait for room at a limit: a queue for each counter, in the order in which they came. A call stands in one queue, that
/// of the limit that frees last among those that denied it, and blocks no other counter.
/// </summary>
internal sealed class WaitRoom
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedList<Waiter>> queues = new(StringComparer.Ordinal);
    private int count;

    /// <summary>How many calls wait.</summary>
    public int Waiting => Volatile.Read(ref count);

    /// <summary>The first counter among these limits at which others wait: whoever comes now stands behind them. Null where nobody waits.</summary>
    public string? Occupied(IReadOnlyList<Limit> limits)
    {
        if (Waiting == 0) return null;
        lock (gate)
        {
            foreach (var limit in limits)
            {
                if (queues.ContainsKey(limit.CounterName)) return limit.CounterName;
            }
        }

        return null;
    }

    /// <summary>Joins the end of a queue.</summary>
    public Waiter Join(string counter)
    {
        var waiter = new Waiter(this, counter);
        lock (gate)
        {
            if (!queues.TryGetValue(counter, out var queue)) queues[counter] = queue = [];
            waiter.Place = queue.AddLast(waiter);
            count++;
        }

        return waiter;
    }

    /// <summary>Something was given back: the first of each queue looks again.</summary>
    public void RoomMayBe()
    {
        if (Waiting == 0) return;
        lock (gate)
        {
            foreach (var queue in queues.Values) queue.First?.Value.Pulse();
        }
    }

    public bool IsFirst(Waiter waiter)
    {
        lock (gate) return waiter.Place?.Previous is null;
    }

    public void Leave(Waiter waiter)
    {
        lock (gate)
        {
            if (waiter.Place is not { List: { } queue } place) return;
            queue.Remove(place);
            waiter.Place = null;
            count--;
            if (queue.First is { Value: var next }) next.Pulse();
            else queues.Remove(waiter.Counter);
        }
    }
}
