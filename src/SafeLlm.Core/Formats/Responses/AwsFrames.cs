using System.Buffers.Binary;
using System.Text;

namespace SafeLlm.Formats;

/// <summary>Events that are frames of an AWS event stream: each says how long it is.</summary>
internal sealed class AwsFrames : StreamFrames
{
    private const int LengthSize = 4;
    private const int PreludeLength = 12;
    private const int ChecksumLength = 4;
    private const int Text = 7;

    private readonly byte[] length = new byte[LengthSize];
    private int have;
    private long left;

    /// <inheritdoc/>
    public override int Pass(ReadOnlySpan<byte> bytes, bool stopsAtEnd, out bool isAtEnd)
    {
        isAtEnd = false;
        for (var at = 0; at < bytes.Length;)
        {
            if (have < LengthSize)
            {
                length[have++] = bytes[at++];
                if (have < LengthSize) continue;

                // What is no frame has no end at which to cut.
                var total = BinaryPrimitives.ReadUInt32BigEndian(length);
                left = total >= PreludeLength + ChecksumLength ? total - LengthSize : long.MaxValue;
            }

            var take = (int)Math.Min(left, bytes.Length - at);
            left -= take;
            at += take;
            if (left > 0) continue;
            have = 0;
            isAtEnd = stopsAtEnd;
            if (isAtEnd) return at;
        }

        return bytes.Length;
    }

    /// <summary>Writes the frame of an event whose payload is JSON.</summary>
    public static byte[] Event(string type, string json)
    {
        byte[] headers = [.. Header(":event-type", type), .. Header(":content-type", "application/json"), .. Header(":message-type", "event")];
        var payload = Encoding.UTF8.GetBytes(json);
        var frame = new byte[PreludeLength + headers.Length + payload.Length + ChecksumLength];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(LengthSize), headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(2 * LengthSize), Crc32.Of(frame.AsSpan(0, 2 * LengthSize)));
        headers.CopyTo(frame, PreludeLength);
        payload.CopyTo(frame, PreludeLength + headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - ChecksumLength), Crc32.Of(frame.AsSpan(0, frame.Length - ChecksumLength)));
        return frame;
    }

    private static byte[] Header(string name, string value)
    {
        var size = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)value.Length);
        return [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), Text, .. size, .. Encoding.ASCII.GetBytes(value)];
    }
}
