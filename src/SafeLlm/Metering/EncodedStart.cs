using System.IO.Compression;

namespace SafeLlm.Metering;

/// <summary>
/// Looks for the first event of a stream that is compressed. The bytes go on as they came: what was read ahead is put before the rest again,
/// whatever came of decoding it.
/// </summary>
internal static class EncodedStart
{
    /// <summary>The start of the stream, decoded, where it may tell an error; else empty. The response's content begins anew.</summary>
    /// <param name="response">The response.</param>
    /// <param name="coding">Its content coding; one that is not known is not looked into.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    public static async ValueTask<ReadOnlyMemory<byte>> TakeAsync(HttpResponseMessage response, string coding, CancellationToken cancellationToken)
    {
        if (coding is not ("gzip" or "x-gzip" or "br" or "deflate")) return default;

        var ahead = new AheadStream(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), FirstEvent.Most);
        var start = await DecodeAsync(ahead, coding, cancellationToken).ConfigureAwait(false);
        response.Content = new AheadContent(ahead.Taken, ahead.Rest, response.Content);
        return FirstEvent.MayBeError(start) ? start : default;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> DecodeAsync(AheadStream ahead, string coding, CancellationToken cancellationToken)
    {
        try
        {
            var decoded = await DecoderAsync(ahead, coding, cancellationToken).ConfigureAwait(false);
            await using (decoded.ConfigureAwait(false))
            {
                return await FirstEvent.ReadAsync(decoded, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception broken) when (!ahead.HasFailed && broken is InvalidDataException or IOException or InvalidOperationException)
        {
            // What is not coded as it says, or is longer than is looked at, tells no error here: it goes to whoever asked for the coding. The second is
            // zlib's own word for it, the third Brotli's.
            return default;
        }
    }

    private static async ValueTask<Stream> DecoderAsync(AheadStream ahead, string coding, CancellationToken cancellationToken) => coding switch
    {
        "br" => new BrotliStream(ahead, CompressionMode.Decompress, leaveOpen: true),
        // "deflate" is zlib's frame by the standard, which names its method in four bits; some servers send the bare stream.
        "deflate" when (await ahead.PeekAsync(cancellationToken).ConfigureAwait(false) & 0x0F) != 8 => new DeflateStream(ahead, CompressionMode.Decompress, leaveOpen: true),
        "deflate" => new ZLibStream(ahead, CompressionMode.Decompress, leaveOpen: true),
        _ => new GZipStream(ahead, CompressionMode.Decompress, leaveOpen: true),
    };
}
