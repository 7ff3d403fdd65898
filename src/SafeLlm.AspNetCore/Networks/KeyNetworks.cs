using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Watches from how many networks each key is used, hour by hour. Only keys that verified are watched, each with at most
/// <see cref="MostNetworks"/> numbers, so that the memory is bounded by the keys there are. It starts anew with its process.
/// </summary>
internal sealed class KeyNetworks(SafeLlmKeySpreadOptions options)
{
    /// <summary>Beyond this many networks in one hour they are not counted any further.</summary>
    public const int MostNetworks = 1024;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // What was most in an hour is half as much a week later: 0.5^(1/168).
    private const double Fading = 0.99588;

    private readonly ConcurrentDictionary<string, Watched> keys = new(StringComparer.Ordinal);

    /// <summary>Notes a use of a key. True once for each hour in which it goes past what it may.</summary>
    public bool Note(string keyId, IPAddress? caller, DateTimeOffset now, out int seen, out int usual)
    {
        seen = usual = 0;
        if (caller is null) return false;
        var network = CallerNetwork.Number(caller) ^ (caller.AddressFamily == AddressFamily.InterNetwork ? 1UL << 63 : 0);
        var watched = keys.GetOrAdd(keyId, static (_, start) => new Watched { HourStart = start, HourEnd = (start + Hour).UtcTicks }, now);
        // Nearly every call comes from the network of the one before, in the same hour: that is seen without a lock.
        if (Volatile.Read(ref watched.Last) == network && now.UtcTicks < Volatile.Read(ref watched.HourEnd)) return false;
        lock (watched)
        {
            Turn(watched, now);
            Volatile.Write(ref watched.Last, network);
            if (watched.Networks.Count < MostNetworks) _ = watched.Networks.Add(network);
            seen = watched.Networks.Count;
            usual = (int)Math.Ceiling(watched.Usual);
            if (watched.IsTold || seen <= options.Networks || seen <= MostUsual(usual)) return false;
            watched.IsTold = true;
            watched.LearnsAt ??= now + Day;
            return true;
        }
    }

    // Of a key that is used from as many as are counted, or more, the count tells nothing.
    private int MostUsual(int usual) => usual >= MostNetworks ? MostNetworks : Math.Min(options.Factor * usual, MostNetworks - 1);

    private void Turn(Watched watched, DateTimeOffset now)
    {
        var hours = (int)Math.Clamp((now - watched.HourStart).Ticks / Hour.Ticks, 0, 24 * 365);
        if (hours == 0) return;
        watched.Usual = Math.Max(watched.Usual, Learned(watched, now));
        watched.Usual *= Math.Pow(Fading, hours);
        watched.HourStart += Hour * hours;
        Volatile.Write(ref watched.HourEnd, (watched.HourStart + Hour).UtcTicks);
        watched.Networks.Clear();
        watched.IsTold = false;
    }

    // What was told of is not usual by itself, or a leak would be told of once. Who freezes such keys has thawed this one, or there were no
    // call of it; of a first hour there is nothing to hold it against; and who was told for a day and let it be has said that it is usual.
    private double Learned(Watched watched, DateTimeOffset now)
    {
        if (!watched.IsTold || options.Freeze || watched.Usual == 0) return watched.Networks.Count;
        if (now < watched.LearnsAt) return 0;
        watched.LearnsAt = now + Day;
        return Math.Min(watched.Networks.Count, 2 * Math.Max(watched.Usual, options.Networks));
    }

    private sealed class Watched
    {
        public DateTimeOffset HourStart;
        public long HourEnd;
        public ulong Last;
        public double Usual;
        public DateTimeOffset? LearnsAt;
        public bool IsTold;
        public HashSet<ulong> Networks { get; } = [];
    }
}
