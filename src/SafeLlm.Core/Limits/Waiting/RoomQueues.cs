namespace SafeLlm.Limits.Waiting;

/// <summary>A queue for each counter that somebody waits at.</summary>
internal sealed class RoomQueues
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedList<Waiter>> queues = new(StringComparer.Ordinal);
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>Puts a newcomer behind those who wait at one of its limits already. False where nobody does.</summary>
    public bool JoinAny(Waiter waiter, IReadOnlyList<Limit> limits)
    {
        if (Count == 0) return false;
        lock (gate)
        {
            foreach (var limit in limits)
            {
                if (!queues.ContainsKey(limit.CounterName)) continue;
                Put(waiter, limit.CounterName);
                return true;
            }
        }

        return false;
    }

    /// <summary>Lets a waiter wait at the limit that frees last. It keeps its place where it waits there already.</summary>
    public void Join(Waiter waiter, LimitDenial last, HoldResult result)
    {
        lock (gate)
        {
            waiter.RoomAt = result.Denials.Any(denial => denial.RoomAt is null) ? null : last.RoomAt;
            if (waiter.Counter == last.Limit.CounterName) return;
            Take(waiter);
            Put(waiter, last.Limit.CounterName);
        }
    }

    /// <summary>Whether it is a waiter's turn.</summary>
    public bool IsFirst(Waiter waiter)
    {
        lock (gate) return waiter.Place is { Previous: null };
    }

    /// <summary>Gives up a place; whoever becomes the first is woken. Nothing stays behind.</summary>
    public void Leave(Waiter waiter)
    {
        lock (gate) Take(waiter);
    }

    /// <summary>Has the first of every counter ask again.</summary>
    public void WakeAll()
    {
        if (Count == 0) return;
        lock (gate)
        {
            foreach (var queue in queues.Values) queue.First!.Value.Wake();
        }
    }

    private void Put(Waiter waiter, string counter)
    {
        if (!queues.TryGetValue(counter, out var queue)) queues.Add(counter, queue = new LinkedList<Waiter>());
        waiter.Counter = counter;
        waiter.Place = queue.AddLast(waiter);
        Volatile.Write(ref count, count + 1);
    }

    private void Take(Waiter waiter)
    {
        if (waiter.Place is not { List: { } queue } place) return;
        queue.Remove(place);
        Volatile.Write(ref count, count - 1);
        if (queue.Count == 0) queues.Remove(waiter.Counter!);
        else queue.First!.Value.Wake();
        waiter.Place = null;
        waiter.Counter = null;
    }
}
