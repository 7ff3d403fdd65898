using System.Collections.Concurrent;
using System.Globalization;
using SafeLlm.Limits;

namespace SafeLlm.Redis;

/// <summary>
/// Limits as the ledger's script takes them: one argument each, an array in MessagePack, which costs a server and its client far less
/// than an argument for each member. What was written lately is kept, since limits come again with every call.
/// </summary>
/// <param name="keys">The names of the ledger's keys.</param>
internal sealed class LimitArguments(RedisKeys keys)
{
    private const int Concurrent = 0;
    private const int Calendar = 1;
    private const int Rolling = 2;
    private const int Members = 13;
    private const int MostKept = 10_000;

    // A hold can be corrected for 24 hours after a lease of 24 hours, and keeps its counters until then.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(49);

    private readonly ConcurrentDictionary<(string Scope, Dimension Dimension, Window? Window), LimitArgument> known = new();
    private int count;

    /// <summary>One limit.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="now">Where its calendar window is looked up. A server whose clock is in neither this nor the next answers with its own.</param>
    public byte[] Of(Limit limit, DateTimeOffset now)
    {
        var counter = (limit.Scope, limit.Dimension, limit.Window);
        if (known.TryGetValue(counter, out var found) && found.Fits(limit, now)) return found.Bytes;
        var written = Write(limit, now);

        // Begun anew when full: a hot limit is back at once, and a scope that is never seen again is not kept for ever.
        if (Interlocked.Increment(ref count) > MostKept)
        {
            known.Clear();
            Volatile.Write(ref count, 0);
        }

        known[counter] = written;
        return written.Bytes;
    }

    private LimitArgument Write(Limit limit, DateTimeOffset now)
    {
        var key = keys.Counter(limit.CounterName);
        var run = new WindowSpan(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        var (kind, life, runKey) = (Concurrent, Life(Kept), "");
        var (first, second, third) = (0L, 0L, 0L);
        switch (limit.Window)
        {
            case CalendarWindow calendar:
                run = calendar.SpanAt(now);
                (first, second, third) = (RedisInstant.Of(run.Start), RedisInstant.Of(run.End), RedisInstant.Of(calendar.SpanAt(run.End).End));
                (kind, life, runKey) = (Calendar, "", $"{key}:{RedisInstant.Text(first)}");
                break;
            case RollingWindow rolling:
                (first, second, third) = (RedisInstant.Era.UtcTicks % rolling.BucketTicks, RedisInstant.Era.UtcTicks / rolling.BucketTicks, rolling.BucketTicks);
                (kind, life) = (Rolling, Life(rolling.Length + TimeSpan.FromTicks(rolling.BucketTicks) + Kept));
                break;
        }

        var to = new MessagePackArray(Members);
        to.Add(kind);
        to.Add(key);
        to.Add((int)limit.Dimension);
        to.Add(limit.Cap);
        to.Add(life);
        to.Add(limit.Window?.Name ?? "");
        to.Add(first);
        to.Add(second);
        to.Add(third);
        to.Add(limit.CounterName);
        to.Add(SoftLimitText.Of(limit.SoftLimits));
        to.Add(limit.Cap.ToString(CultureInfo.InvariantCulture));
        to.Add(runKey);
        return new LimitArgument(limit.Cap, limit.SoftLimits, run.Start, run.End, to.ToArray());
    }

    private static string Life(TimeSpan life) => ((long)life.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
