namespace SafeLlm.Testing;

/// <summary>Which fault falls on which attempt: each is used once, in the order of the script. Thread-safe.</summary>
internal sealed class FaultScript
{
    private readonly Lock gate = new();
    private readonly Queue<Fault> next = [];
    private readonly List<(Func<ReceivedRequest, bool> Matches, Queue<Fault> Faults)> conditional = [];

    public int Left
    {
        get
        {
            lock (gate) return next.Count + conditional.Sum(entry => entry.Faults.Count);
        }
    }

    public void Add(ReadOnlySpan<Fault> faults)
    {
        lock (gate)
        {
            foreach (var fault in faults) Enqueue(next, fault);
        }
    }

    public void Add(Func<ReceivedRequest, bool> matches, ReadOnlySpan<Fault> faults)
    {
        lock (gate)
        {
            var queue = new Queue<Fault>();
            foreach (var fault in faults) Enqueue(queue, fault);
            conditional.Add((matches, queue));
        }
    }

    public Fault Take(ReceivedRequest request)
    {
        lock (gate)
        {
            foreach (var (matches, faults) in conditional)
            {
                if (faults.Count > 0 && matches(request)) return faults.Dequeue();
            }

            return next.TryDequeue(out var fault) ? fault : Fault.None;
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            next.Clear();
            conditional.Clear();
        }
    }

    private static void Enqueue(Queue<Fault> queue, Fault fault)
    {
        for (var i = 0; i < fault.Repeats; i++) queue.Enqueue(fault);
    }
}
