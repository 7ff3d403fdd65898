namespace SafeLlm.AspNetCore;

/// <summary>
/// Counts failures by a number, and makes one that fails much wait longer and longer. Bounded memory, whatever variety is spoofed: a
/// table of fixed size in which the quietest gives way. Thread-safe.
/// </summary>
internal sealed class LockOutTable(TimeSpan longestWait)
{
    private const int Sets = 1024;
    private const int Ways = 8;

    private static readonly long Calm = TimeSpan.FromMinutes(10).Ticks;

    private readonly Entry[][] sets = [.. Enumerable.Range(0, Sets).Select(_ => new Entry[Ways])];

    /// <summary>Counts a failure.</summary>
    /// <param name="key">What fails; not 0, and spread well.</param>
    /// <param name="most">How many a minute are let pass.</param>
    /// <param name="now">Now.</param>
    /// <param name="strikes">How often it was made to wait since it was last calm, this time included; 0 where this failure did not lead to a wait.</param>
    /// <returns>The end of the wait where it was already waiting; null where the failure is answered as usual.</returns>
    public DateTimeOffset? Fail(ulong key, int most, DateTimeOffset now, out int strikes)
    {
        strikes = 0;
        var set = sets[key % Sets];
        // Whoever floods us waits already: that is seen without a lock. At worst it is another's wait that took the place meanwhile.
        if (WaitOf(set, key, now.UtcTicks) is { } waiting) return waiting;
        lock (set)
        {
            ref var entry = ref Find(set, key, now.UtcTicks);
            if (entry.LockedUntil > now.UtcTicks) return new DateTimeOffset(entry.LockedUntil, TimeSpan.Zero);

            var minutes = (double)(now.UtcTicks - entry.Touched) / TimeSpan.TicksPerMinute;
            // Who only waits, as it was told to, is not calm yet.
            if (Math.Max(entry.Touched, entry.LockedUntil) + Calm < now.UtcTicks) entry.Strikes = 0;
            entry.Failures = Math.Max(0, entry.Failures - (Math.Max(0, minutes) * most)) + 1;
            entry.Touched = now.UtcTicks;
            if (entry.Failures <= most) return null;

            if (entry.Strikes < byte.MaxValue) entry.Strikes++;
            strikes = entry.Strikes;
            Volatile.Write(ref entry.LockedUntil, now.UtcTicks + WaitAfter(strikes).Ticks);
            return null;
        }
    }

    /// <summary>How long the wait is after so many in a row, from 1.</summary>
    public TimeSpan WaitAfter(int strikes) => TimeSpan.FromSeconds(Math.Min(longestWait.TotalSeconds, 1L << Math.Min(strikes - 1, 20)));

    /// <summary>Makes something wait that was found to fail elsewhere.</summary>
    public void Impose(ulong key, DateTimeOffset until, DateTimeOffset now)
    {
        var set = sets[key % Sets];
        lock (set)
        {
            ref var entry = ref Find(set, key, now.UtcTicks);
            if (entry.LockedUntil >= until.UtcTicks) return;
            entry.Touched = now.UtcTicks;
            Volatile.Write(ref entry.LockedUntil, until.UtcTicks);
        }
    }

    private static DateTimeOffset? WaitOf(Entry[] set, ulong key, long now)
    {
        for (var i = 0; i < set.Length; i++)
        {
            if (Volatile.Read(ref set[i].Key) != key) continue;
            var until = Volatile.Read(ref set[i].LockedUntil);
            return until > now ? new DateTimeOffset(until, TimeSpan.Zero) : null;
        }

        return null;
    }

    private static ref Entry Find(Entry[] set, ulong key, long now)
    {
        var quietest = 0;
        for (var i = 0; i < set.Length; i++)
        {
            if (set[i].Key == key) return ref set[i];
            if (Weight(set[i], now) < Weight(set[quietest], now)) quietest = i;
        }

        set[quietest] = new Entry { Key = key, Touched = now };
        return ref set[quietest];
    }

    // One that waits weighs more than any that does not.
    private static double Weight(in Entry entry, long now) =>
        (entry.LockedUntil > now ? 1e9 : 0) + (entry.Touched + Calm > now ? entry.Failures : -1);

    // Instants in ticks of UTC.
    private struct Entry
    {
        public ulong Key;
        public double Failures;
        public long Touched;
        public long LockedUntil;
        public byte Strikes;
    }
}
