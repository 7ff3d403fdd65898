using System.Globalization;

namespace SafeLlm.Redis;

/// <summary>
/// Instants as the scripts know them: microseconds since 2020-01-01 UTC, negative before. Counted in 100 ns they still fit a
/// Lua number exactly, until 2048.
/// </summary>
internal static class RedisInstant
{
    /// <summary>Where the count starts.</summary>
    public static readonly DateTimeOffset Era = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What makes a script read the server's own clock.</summary>
    public const long ServerClock = -1;

    public static long Of(DateTimeOffset instant) => (instant.UtcTicks - Era.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static long Of(TimeSpan duration) => Math.Max(1, duration.Ticks / TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset ToInstant(long microseconds) => Era.AddTicks(checked(microseconds * TimeSpan.TicksPerMicrosecond));

    /// <summary>As a script takes it for a name of a key: text, whatever its size.</summary>
    public static string Text(long microseconds) => microseconds.ToString(CultureInfo.InvariantCulture);
}
