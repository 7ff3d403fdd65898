using System.Buffers;

namespace SafeLlm.Formats;

/// <summary>The start of a compressed error, decoded. Few bytes may stand for very many, and what an error says stands in its first.</summary>
internal static class DecodedStart
{
    private const int Most = 64 << 10;

    /// <summary>The content as it came where it has no coding, where that is not known, and where the bytes are not of it.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> content, string? coding) => coding is null || content.IsEmpty ? content : Decode(content, coding);

    private static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> content, string coding)
    {
        var decoded = new ArrayBufferWriter<byte>();
        if (!ContentDecoder.TryCreate(coding, Take, out var decoder) || decoder is null) return content;
        using (decoder) decoder.Append(content);
        return decoded.WrittenCount > 0 ? decoded.WrittenSpan : content;

        void Take(ReadOnlySpan<byte> bytes)
        {
            decoded.Write(bytes[..Math.Min(bytes.Length, Most - decoded.WrittenCount)]);
            // The decoder takes it for a fault of the content, and ends.
            if (decoded.WrittenCount == Most) throw new InvalidDataException("Enough was decoded.");
        }
    }
}
