using System.Globalization;
using System.Text.Json;
using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.Redis;

/// <summary>Alerts as the server keeps them: our own as JSON, those that the script records as lines.</summary>
internal static class AlertText
{
    private const char OfScript = 's';
    private const int Fields = 8;

    public static string Write(Alert alert) => JsonSerializer.Serialize(alert, RedisJson.Default.Alert);

    /// <summary>An alert; null where it is none that this version knows.</summary>
    public static Alert? TryRead(string text)
    {
        try
        {
            return text.StartsWith(OfScript) ? ReadShare(text) : JsonSerializer.Deserialize(text, RedisJson.Default.Alert);
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or OverflowException or ArgumentException or RedisStoreException)
        {
            return null;
        }
    }

    // The letter, share, severity, spent, cap, instant, start of the run, and how long the message is that stands before the
    // counter's name: both may hold line ends.
    private static Alert ReadShare(string text)
    {
        var lines = text.Split('\n', Fields + 1);
        if (lines.Length != Fields + 1) throw Malformed();
        var (percent, severity, spent, cap) = (Number(lines[1]), Number(lines[2]), Number(lines[3]), Number(lines[4]));
        var (at, start, length) = (RedisInstant.ToInstant(Number(lines[5])), Number(lines[6]), (int)Number(lines[7]));

        // The script counts bytes.
        var bytes = System.Text.Encoding.UTF8.GetBytes(lines[8]);
        var message = System.Text.Encoding.UTF8.GetString(bytes.AsSpan(0, length));
        var limit = CounterName.Parse(System.Text.Encoding.UTF8.GetString(bytes.AsSpan(length))).ToLimit(cap);
        var windowStart = limit.Window is RollingWindow rolling
            ? new DateTimeOffset(start * RollingWindow.Buckets * rolling.BucketTicks, TimeSpan.Zero)
            : RedisInstant.ToInstant(start);
        return Alert.OfShare(limit, new SoftLimit((int)percent, (AlertSeverity)severity, message.Length == 0 ? null : message), windowStart, spent, at);
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static RedisStoreException Malformed() => new("An alert on the server cannot be read. Are several versions of SafeLlm on one ledger?");
}
