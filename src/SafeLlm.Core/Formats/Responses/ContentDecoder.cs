using System.IO.Compression;

namespace SafeLlm.Formats;

/// <summary>Undoes a content coding as the bytes pass, in constant memory. It only reads along: the bytes themselves go on as they are.</summary>
internal abstract class ContentDecoder(ContentDecoder.Take take) : IDisposable
{
    private readonly byte[] _buffer = new byte[8 * 1024];

    /// <summary>Takes decoded bytes.</summary>
    public delegate void Take(ReadOnlySpan<byte> bytes);

    /// <summary>Whether the bytes were not what the coding demands.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>A decoder for a content coding: none for <c>identity</c>. False where the coding is not known.</summary>
    public static bool TryCreate(string? coding, Take take, out ContentDecoder? decoder)
    {
        decoder = coding switch
        {
            "gzip" or "x-gzip" => new InflateDecoder(take, (feed, _) => new GZipStream(feed, CompressionMode.Decompress)),
            // "deflate" is zlib's frame by the standard, which names its method in four bits; some servers send the bare stream.
            "deflate" => new InflateDecoder(take, (feed, first) => (first & 0x0F) == 8 ? new ZLibStream(feed, CompressionMode.Decompress) : new DeflateStream(feed, CompressionMode.Decompress)),
            "br" => new BrotliContentDecoder(take),
            _ => null,
        };
        return decoder is not null || string.IsNullOrEmpty(coding) || coding == "identity";
    }

    /// <summary>Takes the next encoded bytes. Never throws for what they hold.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (IsBroken) return;
        try
        {
            if (!Decode(bytes, _buffer, take)) IsBroken = true;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            // The second is zlib's own word for data that it cannot make sense of.
            IsBroken = true;
        }
    }

    /// <summary>Gives up what is held for decoding.</summary>
    public abstract void Dispose();

    /// <summary>Decodes all that can be decoded; false where the bytes are not as the coding demands.</summary>
    protected abstract bool Decode(ReadOnlySpan<byte> bytes, byte[] buffer, Take take);
}
