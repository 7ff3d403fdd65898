namespace SafeLlm.Limits.InMemory;

/// <summary>
/// What time alone changes: leases end, old ids and idle counters are dropped. There is no timer; whoever touches the ledger
/// asks first, which costs two reads as long as nothing is due.
/// </summary>
internal sealed class Upkeep(HoldTable holds, CounterTable counters)
{
    private const int CountersATime = 8192;
    private static readonly long Interval = TimeSpan.FromMinutes(1).Ticks;
    private readonly Lock gate = new();
    private long next;
    private volatile bool running;
    private long dropNext;
    private long trimNext;
    private int stripe;

    /// <summary>Does what is due. Whoever comes while it is being done waits for it.</summary>
    public void Touch(long now)
    {
        // Never further away than the interval, so a larger distance means that the clock stepped back.
        if ((ulong)(Volatile.Read(ref next) - now - 1) >= (ulong)Interval || running)
        {
            Run(now);
        }
    }

    /// <summary>A new lease ends then.</summary>
    public void Expect(long due)
    {
        var seen = Volatile.Read(ref next);
        while (due < seen)
        {
            var before = Interlocked.CompareExchange(ref next, due, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private void Run(long now)
    {
        lock (gate)
        {
            if ((ulong)(next - now - 1) < (ulong)Interval)
            {
                return;
            }

            running = true;

            // Set first: a lease that is taken meanwhile lowers it and is not lost.
            Volatile.Write(ref next, now + Interval);
            var earliest = holds.EndLeases(now);
            Drop(now);
            Expect(Math.Min(earliest, dropNext));
            running = false;
        }
    }

    private void Drop(long now)
    {
        if (now >= dropNext || dropNext > now + Interval)
        {
            stripe = counters.DropIdle(stripe, CountersATime, now);
            dropNext = stripe == 0 ? now + Interval : now;
        }

        if (now >= trimNext || trimNext > now + (60 * Interval))
        {
            holds.Trim(now);
            trimNext = now + (60 * Interval);
        }
    }
}
