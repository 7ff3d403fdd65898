using System.IO.Compression;
using System.IO.Pipelines;

namespace SafeLlm.AspNetCore;

/// <summary>Undoes a content coding (RFC 9110, 8.4.1) of content that was verified as it was sent, under the cap that content has anyway.</summary>
internal static class ContentDecoder
{
    /// <summary>Whether a coding can be undone. Codings on top of one another cannot: no client sends them.</summary>
    public static bool Knows(string coding) => Open(coding, Stream.Null) is not null;

    /// <summary>The content as it was before it was encoded; null where that is larger than the cap.</summary>
    /// <exception cref="InvalidDataException">The content is not in that coding, or is cut off.</exception>
    public static async ValueTask<PooledBody?> DecodeAsync(ReadOnlyMemory<byte> content, string coding, long most, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var encoded = new VerifiedBody(content);
        await using var plain = Open(coding, encoded)!;
        var reader = PipeReader.Create(plain);
        try
        {
            return (await PooledBody.ReadAsync(reader, declared: null, most, time, DateTimeOffset.MaxValue, cancellationToken)).Body;
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static Stream? Open(string coding, Stream encoded) => coding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(encoded, CompressionMode.Decompress),
        "br" => new BrotliStream(encoded, CompressionMode.Decompress),
        "deflate" => new ZLibStream(encoded, CompressionMode.Decompress),
        _ => null,
    };
}
