namespace SafeLlm.Limits.InMemory;

/// <summary>
/// The ledger's instants, in ticks of UTC. The system's clock is read once a tick of the operating system (some milliseconds; at
/// most 16 on Windows), as asking whether that has passed takes a quarter of reading it, and a hold and its settle ask twice: an
/// instant may be so much too early. Any other clock is read each time.
/// </summary>
internal sealed class LedgerClock(TimeProvider time)
{
    private readonly bool isSystem = time == TimeProvider.System;
    private Reading last = new(long.MinValue, 0);

    /// <summary>An instant at most a tick of the operating system ago.</summary>
    public long Recent
    {
        get
        {
            var reading = Volatile.Read(ref last);
            return isSystem && reading.Tick == Tick ? reading.Utc : Now;
        }
    }

    /// <summary>This instant. A recent one that is asked for later is not earlier, unless the clock stepped back.</summary>
    public long Now
    {
        get
        {
            if (!isSystem)
            {
                return time.GetUtcNow().UtcTicks;
            }

            // The tick first: who sees it again is told an instant within it, or a later one.
            var tick = Tick;
            var reading = new Reading(tick, time.GetUtcNow().UtcTicks);
            Volatile.Write(ref last, reading);
            return reading.Utc;
        }
    }

#pragma warning disable RS0030 // A TimeProvider has nothing that is cheaper to ask than its time. Asked beside the system's own clock only, which no test sets: whether to read that again.
    private static long Tick => Environment.TickCount64;
#pragma warning restore RS0030

    private sealed record Reading(long Tick, long Utc);
}
