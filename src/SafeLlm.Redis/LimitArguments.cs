using System.Globalization;
using SafeLlm.Limits;
using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>A limit as the ledger's script takes it: eleven arguments.</summary>
internal static class LimitArguments
{
    public const int Count = 11;

    private const int Concurrent = 0;
    private const int Calendar = 1;
    private const int Rolling = 2;

    // A hold can be corrected for 24 hours after a lease of 24 hours, and keeps its counters until then.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(49);

    /// <summary>Writes one limit.</summary>
    /// <param name="to">Eleven places.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="key">The key of its counter.</param>
    /// <param name="now">Where its calendar window is looked up. A server whose clock is in neither this nor the next answers with its own.</param>
    public static void Write(Span<RedisValue> to, Limit limit, string key, DateTimeOffset now)
    {
        to[1] = key;
        to[2] = (int)limit.Dimension;
        to[3] = limit.Cap;
        to[5] = limit.Window?.Name ?? "";
        to[9] = limit.CounterName;
        to[10] = SoftLimitText.Of(limit.SoftLimits);
        switch (limit.Window)
        {
            case CalendarWindow calendar:
                var span = calendar.SpanAt(now);
                to[0] = Calendar;
                to[4] = "";
                to[6] = RedisInstant.Text(RedisInstant.Of(span.Start));
                to[7] = RedisInstant.Text(RedisInstant.Of(span.End));
                to[8] = RedisInstant.Text(RedisInstant.Of(calendar.SpanAt(span.End).End));
                break;
            case RollingWindow rolling:
                to[0] = Rolling;
                to[4] = Life(rolling.Length + TimeSpan.FromTicks(rolling.BucketTicks) + Kept);
                to[6] = RedisInstant.Era.UtcTicks % rolling.BucketTicks;
                to[7] = RedisInstant.Era.UtcTicks / rolling.BucketTicks;
                to[8] = rolling.BucketTicks;
                break;
            default:
                to[0] = Concurrent;
                to[4] = Life(Kept);
                to[6] = to[7] = to[8] = "";
                break;
        }
    }

    private static string Life(TimeSpan life) => ((long)life.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
