using System.Buffers.Binary;
using System.Globalization;

namespace SafeLlm.Formats;

/// <summary>Ends a stream of ConverseStream: closes the block that is open, and says <c>max_tokens</c>, in frames as Bedrock sends them.</summary>
internal sealed class ConverseStreamEnding : StreamEnding
{
    // The headers and the first member of a payload, which is the block's number; more is not looked at.
    private const int Most = 512;
    private const int PreludeLength = 12;

    private readonly AwsFrames frames = new();
    private readonly byte[] start = new byte[Most];
    private int length;
    private int open = -1;

    /// <inheritdoc/>
    public override void See(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var passed = frames.Pass(bytes, stopsAtEnd: true, out var isAtEnd);
            var take = Math.Min(passed, Most - length);
            bytes[..take].CopyTo(start.AsSpan(length));
            length += take;
            bytes = bytes[passed..];
            if (!isAtEnd) return;
            Judge(start.AsSpan(0, length));
            length = 0;
        }
    }

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> End()
    {
        var stop = AwsFrames.Event("messageStop", """{"stopReason":"max_tokens"}""");
        return open < 0 ? stop : (byte[])[.. AwsFrames.Event("contentBlockStop", string.Create(CultureInfo.InvariantCulture, $$"""{"contentBlockIndex":{{open}}}""")), .. stop];
    }

    /// <inheritdoc/>
    internal override StreamFrames? FramesOf(string? mediaType) => mediaType is "application/vnd.amazon.eventstream" ? new AwsFrames() : null;

    private void Judge(ReadOnlySpan<byte> frame)
    {
        var headers = BinaryPrimitives.ReadUInt32BigEndian(frame[4..]);
        if (headers > frame.Length - PreludeLength) return;

        var type = AwsEventHeaders.Find(frame.Slice(PreludeLength, (int)headers), ":event-type"u8);
        if (type.SequenceEqual("contentBlockStop"u8)) open = -1;
        else if (type.StartsWith("contentBlock"u8) && BlockOf(frame[(PreludeLength + (int)headers)..]) is { } block) open = block;
    }

    private static int? BlockOf(ReadOnlySpan<byte> payload)
    {
        var name = "\"contentBlockIndex\":"u8;
        if (payload.IndexOf(name) is not (>= 0 and var at)) return null;
        var digits = payload[(at + name.Length)..].TrimStart((byte)' ');
        var count = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return int.TryParse(count < 0 ? digits : digits[..count], NumberStyles.None, CultureInfo.InvariantCulture, out var block) ? block : null;
    }
}
