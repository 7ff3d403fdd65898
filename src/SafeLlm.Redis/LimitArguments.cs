using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SafeLlm.Limits;

namespace SafeLlm.Redis;

/// <summary>
/// Limits, and what is asked of them, as the ledger's script takes them: in MessagePack, which costs a server and its client far
/// less than an argument for each member. Packed within is what a script puts away as it came, and what it seldom reads. What was
/// written lately is kept, since limits come again with every call.
/// </summary>
/// <param name="keys">The names of the ledger's keys.</param>
/// <param name="mostNonces">How many nonces a signing key may have claimed.</param>
internal sealed class LimitArguments(RedisKeys keys, int mostNonces)
{
    private const int Concurrent = 0;
    private const int Calendar = 1;
    private const int Rolling = 2;
    private const int MostKept = 10_000;
    private const int UnusedBits = 64 - 53;
    private const int LikelyBytes = 192;
    private const int HeadBytes = 6 * MessagePackWriter.LongestNumber;
    private const int HoldBytes = (3 * MessagePackWriter.LongestNumber) + MessagePackWriter.LongestHead;
    private const int MostBytesOfAChar = 3;

    // A hold can be corrected for 24 hours after a lease of 24 hours, and keeps its counters until then.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(49);

    private readonly ConcurrentDictionary<(string Scope, Dimension Dimension, Window? Window), LimitArgument> known = new();
    private int count;

    /// <summary>What a script counts exactly: beyond every cap, which is at most 2^53.</summary>
    public static long Whole(long amount) => Math.Min(amount, 1L << 54);

    /// <summary>
    /// The limits of a call: what the records of holds keep, the names and the soft limits, and the caps. The same bytes for every call
    /// over the same limits, by which those that go together are known.
    /// </summary>
    /// <param name="limits">The limits.</param>
    /// <param name="now">Where calendar windows are looked up. A server whose clock is in neither this nor the next answers with its own.</param>
    public ReadOnlyMemory<byte> Write(IReadOnlyList<Limit> limits, DateTimeOffset now)
    {
        var all = new LimitArgument[limits.Count];
        var (keptBytes, namedBytes) = (0, 0);
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = Of(limits[i], now);
            keptBytes += all[i].Kept.Length;
            namedBytes += all[i].Named.Length;
        }

        var written = new MessagePackWriter(keptBytes + namedBytes + (2 * MessagePackWriter.LongestHead) + (all.Length * 2 * MessagePackWriter.LongestNumber));
        written.AddHead(keptBytes);
        foreach (var one in all) written.AddWritten(one.Kept.Span);
        written.AddHead(namedBytes);
        foreach (var one in all) written.AddWritten(one.Named.Span);
        foreach (var one in all)
        {
            written.Add(one.Cap);
            written.Add(one.Mark);
        }

        return written.Written;
    }

    /// <summary>What a hold asks: how long, with which nonce, the head of its record, and how much of each limit.</summary>
    public ReadOnlyMemory<byte> Write(HoldRequest request)
    {
        var head = new MessagePackWriter(HeadBytes + (request.OperationId.Length * MostBytesOfAChar));
        head.Add(request.OnLeaseEnd == LeaseEnd.Charge ? 1 : 0);
        head.Add(Whole(request.Amounts.Requests));
        head.Add(Whole(request.Amounts.InputTokens));
        head.Add(Whole(request.Amounts.OutputTokens));
        head.Add(Whole(request.Amounts.Cost.Value));
        head.Add(request.OperationId);

        var written = new MessagePackWriter(HoldBytes + head.Written.Length + (request.Limits.Count * MessagePackWriter.LongestNumber));
        written.Add(RedisInstant.Of(request.Lease));
        written.Add(request.Nonce is { } nonce ? RedisInstant.Of(nonce.KeepUntil) : 0);
        written.Add(mostNonces);
        written.AddHead(head.Written.Length);
        written.AddWritten(head.Written.Span);
        for (var i = 0; i < request.Limits.Count; i++) written.Add(Whole(request.Amounts.In(request.Limits[i].Dimension)));
        return written.Written;
    }

    private LimitArgument Of(Limit limit, DateTimeOffset now)
    {
        var counter = (limit.Scope, limit.Dimension, limit.Window);
        if (known.TryGetValue(counter, out var found) && found.Fits(limit, now)) return found;
        var written = Write(limit, now);

        // Begun anew when full: a hot limit is back at once, and a scope that is never seen again is not kept for ever.
        if (Interlocked.Increment(ref count) > MostKept)
        {
            known.Clear();
            Volatile.Write(ref count, 0);
        }

        known[counter] = written;
        return written;
    }

    private LimitArgument Write(Limit limit, DateTimeOffset now)
    {
        var key = keys.Counter(limit.CounterName);
        var (kept, named) = (new MessagePackWriter(LikelyBytes), new MessagePackWriter(LikelyBytes));
        var run = new WindowSpan(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        switch (limit.Window)
        {
            case CalendarWindow calendar:
                KnownWindows.Remember(calendar);
                run = calendar.SpanAt(now);
                var (start, end, next) = (RedisInstant.Of(run.Start), RedisInstant.Of(run.End), RedisInstant.Of(calendar.SpanAt(run.End).End));
                Keep(Calendar, $"{key}:{RedisInstant.Text(start)}", start, end, next);
                kept.Add(calendar.Name);
                kept.Add("");
                break;
            case RollingWindow rolling:
                Keep(Rolling, key, 0, RedisInstant.Era.UtcTicks % rolling.BucketTicks, RedisInstant.Era.UtcTicks / rolling.BucketTicks);
                kept.Add(rolling.BucketTicks);
                kept.Add(Life(rolling.Length + TimeSpan.FromTicks(rolling.BucketTicks) + Kept));
                break;
            default:
                Keep(Concurrent, key, 0, 0, 0);
                kept.Add("");
                kept.Add(Life(Kept));
                break;
        }

        var soft = SoftLimitText.Of(limit.SoftLimits);
        named.Add(limit.CounterName);
        named.Add(soft);
        return new LimitArgument(limit.Cap, limit.SoftLimits, run.Start, run.End, kept.Written, named.Written, Mark(limit.Cap, soft));

        void Keep(int kind, string counter, long start, long end, long next)
        {
            kept.Add(kind);
            kept.Add(counter);
            kept.Add(start);
            kept.Add((int)limit.Dimension);
            kept.Add(end);
            kept.Add(next);
        }
    }

    // By which the script knows that a counter was last told the same cap and soft limits: 53 bits, which its numbers have exactly.
    // 0 stands for a cap that an operator has set.
    private static long Mark(long cap, string soft)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{cap}:{soft}")));
        return Math.Max(1, (long)(BinaryPrimitives.ReadUInt64BigEndian(hash) >> UnusedBits));
    }

    private static string Life(TimeSpan life) => ((long)life.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
