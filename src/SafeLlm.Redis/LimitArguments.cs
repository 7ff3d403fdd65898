using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SafeLlm.Limits;

namespace SafeLlm.Redis;

/// <summary>
/// Limits as the ledger's script takes them: in MessagePack, which costs a server and its client far less than an argument for each
/// member, and apart what the record of a hold keeps, which the script thereby puts there as it came. What was written lately is
/// kept, since limits come again with every call.
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
    private const int ToldHeadBytes = 3 * MessagePackWriter.LongestNumber;
    private const int MostBytesOfAChar = 3;

    // A hold can be corrected for 24 hours after a lease of 24 hours, and keeps its counters until then.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(49);

    private readonly ConcurrentDictionary<(string Scope, Dimension Dimension, Window? Window), LimitArgument> known = new();
    private int count;

    /// <summary>What a script counts exactly: beyond every cap, which is at most 2^53.</summary>
    public static long Whole(long amount) => Math.Min(amount, 1L << 54);

    /// <summary>The limits of a call: what the record of its hold keeps, and what is asked of each.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="request">The hold; null where nothing is taken.</param>
    /// <param name="now">Where calendar windows are looked up. A server whose clock is in neither this nor the next answers with its own.</param>
    public (ReadOnlyMemory<byte> Kept, ReadOnlyMemory<byte> Told) Write(IReadOnlyList<Limit> limits, HoldRequest? request, DateTimeOffset now)
    {
        var all = new LimitArgument[limits.Count];
        var (keptBytes, toldBytes) = (0, 0);
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = Of(limits[i], now);
            keptBytes += all[i].Kept.Length;
            toldBytes += all[i].Told.Length + MessagePackWriter.LongestNumber;
        }

        var told = new MessagePackWriter(toldBytes + (request is null ? 1 : ToldHeadBytes));
        var kept = new MessagePackWriter(keptBytes + (request is null ? 1 : HeadBytes + (request.OperationId.Length * MostBytesOfAChar)));
        if (request is not null)
        {
            kept.Add(request.OnLeaseEnd == LeaseEnd.Charge ? 1 : 0);
            kept.Add(Whole(request.Amounts.Requests));
            kept.Add(Whole(request.Amounts.InputTokens));
            kept.Add(Whole(request.Amounts.OutputTokens));
            kept.Add(Whole(request.Amounts.Cost.Value));
            kept.Add(request.OperationId);
            told.Add(RedisInstant.Of(request.Lease));
            told.Add(request.Nonce is { } nonce ? RedisInstant.Of(nonce.KeepUntil) : 0);
            told.Add(mostNonces);
        }

        for (var i = 0; i < all.Length; i++)
        {
            kept.AddWritten(all[i].Kept.Span);
            told.AddWritten(all[i].Told.Span);
            told.Add(request is null ? 0 : Whole(request.Amounts.In(limits[i].Dimension)));
        }

        return (kept.Written, told.Written);
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
        var (kept, told) = (new MessagePackWriter(LikelyBytes), new MessagePackWriter(LikelyBytes));
        var run = new WindowSpan(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        switch (limit.Window)
        {
            case CalendarWindow calendar:
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
        told.Add(limit.CounterName);
        told.Add(limit.Cap);
        told.Add(soft);
        told.Add(Mark(limit.Cap, soft));
        return new LimitArgument(limit.Cap, limit.SoftLimits, run.Start, run.End, kept.Written, told.Written);

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
