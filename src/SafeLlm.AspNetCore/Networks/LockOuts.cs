using System.Net;
using System.Net.Sockets;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Counts signatures that did not verify, by network, and makes a network that tries many wait longer and longer. Only failures
/// wait: a good signature from the same network still passes. Bounded memory, whatever variety of addresses is spoofed: a table
/// of fixed size in which the quietest network gives way.
/// </summary>
internal sealed class LockOuts(SafeLlmLockOutOptions options)
{
    private const int Sets = 1024;
    private const int Ways = 8;

    // Who holds a /48 holds 65,536 networks of /64: the wider the network, the more failures it takes.
    private static readonly (int Bits, int Factor)[] Widths = [(64, 1), (56, 4), (48, 16)];

    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(10);

    private readonly Entry[][] sets = [.. Enumerable.Range(0, Sets).Select(_ => new Entry[Ways])];

    /// <summary>Counts a failure. The end of the wait where the network was already waiting; null where the failure is answered as usual.</summary>
    public DateTimeOffset? Fail(IPAddress? caller, DateTimeOffset now)
    {
        if (caller is null) return null;
        DateTimeOffset? until = null;
        var widths = caller.AddressFamily == AddressFamily.InterNetwork ? Widths.AsSpan(0, 1) : Widths;
        foreach (var (bits, factor) in widths)
        {
            var locked = Fail(Mix(CallerNetwork.Number(caller, bits), bits, caller.AddressFamily), options.FailuresPerMinute * factor, now);
            if (locked is not null && (until is null || locked > until)) until = locked;
        }

        return until;
    }

    private DateTimeOffset? Fail(ulong key, int most, DateTimeOffset now)
    {
        var set = sets[key % Sets];
        lock (set)
        {
            ref var entry = ref Find(set, key, now);
            if (entry.LockedUntil > now) return entry.LockedUntil;

            var minutes = (now - entry.Touched).TotalMinutes;
            if (entry.Touched + Calm < now) entry.Strikes = 0;
            entry.Failures = Math.Max(0, entry.Failures - (Math.Max(0, minutes) * most)) + 1;
            entry.Touched = now;
            if (entry.Failures <= most) return null;

            var wait = TimeSpan.FromSeconds(Math.Min(options.LongestWait.TotalSeconds, 1L << Math.Min((int)entry.Strikes, 20)));
            if (entry.Strikes < byte.MaxValue) entry.Strikes++;
            entry.LockedUntil = now + wait;
            return null;
        }
    }

    private static ref Entry Find(Entry[] set, ulong key, DateTimeOffset now)
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
    private static double Weight(in Entry entry, DateTimeOffset now) =>
        (entry.LockedUntil > now ? 1e9 : 0) + (entry.Touched + Calm > now ? entry.Failures : -1);

    private static ulong Mix(ulong number, int bits, AddressFamily family)
    {
        var key = (number ^ ((ulong)bits << 56) ^ (ulong)family) * 0x9E3779B97F4A7C15;
        key ^= key >> 32;
        // 0 marks an empty entry
        return key == 0 ? 1 : key;
    }

    private struct Entry
    {
        public ulong Key;
        public double Failures;
        public DateTimeOffset Touched;
        public DateTimeOffset LockedUntil;
        public byte Strikes;
    }
}
