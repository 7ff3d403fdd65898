using System.IO.Compression;

namespace SafeLlm.Tests.Formats;

/// <summary>Encodes contents as servers do.</summary>
internal static class Codings
{
    public static byte[] Encode(byte[] body, string? coding)
    {
        using var encoded = new MemoryStream();
        using (Stream encoder = coding switch
        {
            "gzip" => new GZipStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            "deflate, bare" => new DeflateStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            _ => encoded,
        })
        {
            encoder.Write(body);
        }

        return encoded.ToArray();
    }
}
