using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace SafeLlm.Tokens;

/// <summary>The size of a picture in pixels, from the header of its file.</summary>
internal readonly record struct ImageSize(int Width, int Height)
{
    // where JPEG keeps its size depends on how much stands before it, such as a preview: far more than most cameras write
    private const int Start = 128;
    private const int MostBase64 = 256 * 1024;
    private const int MostPixels = 1 << 20;

    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G'];

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8];

    /// <summary>Reads a picture that stands in a request in base64, with or without a data URL around it.</summary>
    /// <returns>Null where it is no picture of a known kind, or too odd to be one.</returns>
    public static ImageSize? Of(ReadOnlySpan<byte> value)
    {
        if (value.StartsWith("data:"u8))
        {
            var comma = value.IndexOf((byte)',');
            value = comma < 0 ? default : value[(comma + 1)..];
        }

        // only JPEG has its size far behind its start
        return Read(value[..Math.Min(value.Length, Start)]) ?? (value.Length > Start ? Read(value[..Math.Min(value.Length, MostBase64)]) : null);
    }

    private static ImageSize? Read(ReadOnlySpan<byte> value)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(value.Length + 4);
        try
        {
            // slashes may be escaped, and a cut may leave a group that is not whole
            var length = 0;
            foreach (var character in value)
            {
                if (character != '\\')
                {
                    buffer[length++] = character;
                }
            }

            var groups = buffer.AsSpan(0, length & ~3);
            Base64.DecodeFromUtf8InPlace(groups, out var written);
            return OfFile(groups[..written]) is { Width: > 0 and <= MostPixels, Height: > 0 and <= MostPixels } size ? size : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ImageSize? OfFile(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(Png) && file.Length >= 24)
        {
            return new(BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]));
        }

        if (file.StartsWith("GIF8"u8) && file.Length >= 10)
        {
            return new(BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..]));
        }

        if (file.StartsWith("BM"u8) && file.Length >= 26)
        {
            return new(BinaryPrimitives.ReadInt32LittleEndian(file[18..]), Math.Abs(BinaryPrimitives.ReadInt32LittleEndian(file[22..])));
        }

        return file.StartsWith("RIFF"u8) && file.Length >= 30 && file[8..].StartsWith("WEBP"u8) ? OfWebP(file[12..])
            : file.StartsWith(Jpeg) ? OfJpeg(file)
            : null;
    }

    private static ImageSize? OfWebP(ReadOnlySpan<byte> chunk)
    {
        if (chunk.StartsWith("VP8X"u8))
        {
            return new(1 + Three(chunk[12..]), 1 + Three(chunk[15..]));
        }

        if (chunk.StartsWith("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(chunk[9..]);
            return new(1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
        }

        return chunk.StartsWith("VP8 "u8)
            ? new(BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(chunk[16..]) & 0x3FFF)
            : null;
    }

    private static int Three(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    /// <summary>Goes from segment to segment up to the frame's, which has the size.</summary>
    private static ImageSize? OfJpeg(ReadOnlySpan<byte> file)
    {
        for (var position = 2; position + 9 <= file.Length;)
        {
            if (file[position] != 0xFF)
            {
                return null;
            }

            var marker = file[position + 1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return new(BinaryPrimitives.ReadUInt16BigEndian(file[(position + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(position + 5)..]));
            }

            position += marker == 0xFF ? 1 : 2 + Math.Max(2, (int)BinaryPrimitives.ReadUInt16BigEndian(file[(position + 2)..]));
        }

        return null;
    }
}
