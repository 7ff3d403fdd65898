using SafeLlm.Formats;

namespace SafeLlm.Metering;

/// <summary>
/// Reads a stream up to the end of its first event with data. An overloaded provider says so there, under a status of 200;
/// until then nothing has reached the caller, so another attempt is still possible.
/// </summary>
internal static class FirstEvent
{
    /// <summary>The most bytes that are read ahead: far above any first event that is seen; what is longer is no error.</summary>
    public const int Most = 16 << 10;

    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var taken = new byte[1024];
        var count = 0;
        while (count < Most)
        {
            if (count == taken.Length) Array.Resize(ref taken, taken.Length * 2);
            var read = await stream.ReadAsync(taken.AsMemory(count), cancellationToken).ConfigureAwait(false);
            count += read;
            if (read == 0 || IsWhole(taken.AsSpan(0, count))) break;
        }

        return taken.AsMemory(0, count);
    }

    /// <summary>What the first event says about trying again, where it is an error.</summary>
    public static RetryAdvice Advice(ResponseHead head, ReadOnlyMemory<byte> start, DateTimeOffset now)
    {
        return MayBeError(start.Span) ? WireFormats.ReadRetryAdvice(head, Data(start.Span, isWhole: true), now) : default;
    }

    /// <summary>Whether the first event with data has come to its end.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> start) => !Data(start, isWhole: false).IsEmpty;

    /// <summary>Whether the first event may be an error. Most are a piece of an answer, and are not looked into.</summary>
    public static bool MayBeError(ReadOnlySpan<byte> start) => Data(start, isWhole: true).IndexOf("error"u8) >= 0;

    /// <summary>The first event alone, well-formed: behind an error there is nothing to wait for.</summary>
    public static ReadOnlyMemory<byte> Alone(ReadOnlyMemory<byte> start)
    {
        var data = Data(start.Span, isWhole: true);
        start.Span.Overlaps(data, out var offset);
        return (byte[])[.. start.Span[..(offset + data.Length)], .. "\n\n"u8];
    }

    // The data of the first event that has some; empty while that event is not whole.
    private static ReadOnlySpan<byte> Data(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0 && !isWhole) return default;
            var line = (end < 0 ? bytes : bytes[..end]).TrimEnd((byte)'\r');
            bytes = end < 0 ? default : bytes[(end + 1)..];
            if (line.StartsWith("data:"u8) && line[5..].TrimStart((byte)' ') is { IsEmpty: false } data) return data;
        }

        return default;
    }
}
