namespace SafeLlm.Limits.Waiting;

/// <summary>A queue for each counter that somebody waits at, in the order of arrival.</summary>
internal sealed class RoomQueues
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedList<Waiter>> queues = new(StringComparer.Ordinal);
    private long arrivals;
    private long wakes;
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>A newcomer, who stands nowhere yet.</summary>
    public Waiter Arrive(IReadOnlyList<Limit> limits) => new(Interlocked.Increment(ref arrivals), limits);

    /// <summary>Has a newcomer stand with those who wait at one of its limits already. False where nobody does.</summary>
    public bool JoinAny(Waiter waiter)
    {
        if (Count == 0) return false;
        lock (gate)
        {
            if (waiter.Counters.FirstOrDefault(queues.ContainsKey) is not { } counter) return false;
            Move(waiter, counter);
            return true;
        }
    }

    /// <summary>Lets a waiter wait at the limit that frees last, behind those only who came before it.</summary>
    public void Join(Waiter waiter, LimitDenial last, HoldResult result)
    {
        lock (gate)
        {
            waiter.RoomAt = result.Denials.Any(denial => denial.RoomAt is null) ? null : last.RoomAt;

            // Who came before it may have gone to the head of its queue while it asked, and been told in its place.
            if (wakes != waiter.SeenWakes) waiter.Wake();
            Move(waiter, last.Limit.CounterName);
        }
    }

    /// <summary>
    /// Whether it is a waiter's turn: it is the first at its limit, and nobody who came before it stands at another of its limits.
    /// Where somebody does, it goes and stands behind them, and holds up nobody who does not need that limit.
    /// </summary>
    /// <remarks>Whoever is not at its turn stands behind somebody who came earlier, so the one who came first of all always is.</remarks>
    public bool IsTurn(Waiter waiter)
    {
        lock (gate)
        {
            if (waiter.Place is not { Previous: null }) return false;
            waiter.SeenWakes = wakes;
            if (waiter.Counters.FirstOrDefault(counter => queues.TryGetValue(counter, out var queue) && queue.First!.Value.Arrival < waiter.Arrival) is not { } earlier) return true;
            Move(waiter, earlier);
            return false;
        }
    }

    /// <summary>Whether a waiter is the first at its limit.</summary>
    public bool IsFirst(Waiter waiter)
    {
        lock (gate) return waiter.Place is { Previous: null };
    }

    /// <summary>Gives up a place; whoever becomes the first is woken. Nothing stays behind.</summary>
    public void Leave(Waiter waiter)
    {
        lock (gate)
        {
            if (!Take(waiter)) return;
            Volatile.Write(ref count, count - 1);
        }
    }

    /// <summary>Has the first of every counter ask again.</summary>
    public void WakeAll()
    {
        if (Count == 0) return;
        lock (gate)
        {
            wakes++;
            foreach (var queue in queues.Values) queue.First!.Value.Wake();
        }
    }

    // Who moves is counted all the while: what is given back meanwhile must find somebody to wake.
    private void Move(Waiter waiter, string counter)
    {
        if (waiter.Counter == counter) return;
        if (!Take(waiter)) Volatile.Write(ref count, count + 1);
        if (!queues.TryGetValue(counter, out var queue)) queues.Add(counter, queue = new LinkedList<Waiter>());
        var before = queue.Last;
        while (before?.Value.Arrival > waiter.Arrival) before = before.Previous;
        waiter.Counter = counter;
        waiter.Place = before is null ? queue.AddFirst(waiter) : queue.AddAfter(before, waiter);
    }

    private bool Take(Waiter waiter)
    {
        if (waiter.Place is not { List: { } queue } place) return false;
        queue.Remove(place);
        if (queue.Count == 0) queues.Remove(waiter.Counter!);
        else queue.First!.Value.Wake();
        waiter.Place = null;
        waiter.Counter = null;
        return true;
    }
}
