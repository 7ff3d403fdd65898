using System.Buffers.Binary;
using System.Globalization;

namespace SafeLlm.Formats;

/// <summary>Ends a stream of AWS event frames: follows the beginning of each, so that it is known what is open.</summary>
internal abstract class AwsStreamEnding : StreamEnding
{
    // The headers and the first members of a payload; more is not looked at.
    private const int Most = 512;
    private const int PreludeLength = 12;

    private readonly AwsFrames frames = new();
    private readonly byte[] start = new byte[Most];
    private int length;

    /// <inheritdoc/>
    public sealed override void See(ReadOnlySpan<byte> bytes)
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
    internal sealed override StreamFrames? FramesOf(string? mediaType) => mediaType is "application/vnd.amazon.eventstream" ? new AwsFrames() : null;

    /// <summary>Sees the beginning of a frame that was delivered.</summary>
    /// <param name="type">The event's type.</param>
    /// <param name="payload">Its payload, as far as it is kept.</param>
    protected abstract void Judge(ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload);

    /// <summary>The number behind a member's name; null where there is none.</summary>
    protected static int? Number(ReadOnlySpan<byte> json, ReadOnlySpan<byte> member)
    {
        if (json.IndexOf(member) is not (>= 0 and var at)) return null;
        var digits = json[(at + member.Length)..].TrimStart((byte)' ');
        var count = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return int.TryParse(count < 0 ? digits : digits[..count], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private void Judge(ReadOnlySpan<byte> frame)
    {
        var headers = BinaryPrimitives.ReadUInt32BigEndian(frame[4..]);
        if (headers > frame.Length - PreludeLength) return;

        Judge(AwsEventHeaders.Find(frame.Slice(PreludeLength, (int)headers), ":event-type"u8), frame[(PreludeLength + (int)headers)..]);
    }
}
