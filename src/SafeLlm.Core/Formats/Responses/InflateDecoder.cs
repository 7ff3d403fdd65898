namespace SafeLlm.Formats;

/// <summary>Gzip, zlib and bare deflate. The framework's decoders pull from a stream, so one is fed what has come so far.</summary>
/// <param name="take">Takes what was decoded.</param>
/// <param name="decode">Gives the decoder of a stream by its first byte.</param>
internal sealed class InflateDecoder(ContentDecoder.Take take, Func<Stream, byte, Stream> decode) : ContentDecoder(take)
{
    private readonly FeedStream _feed = new();
    private Stream? _decoded;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _decoded?.Dispose();
        _feed.Dispose();
    }

    /// <inheritdoc/>
    protected override bool Decode(ReadOnlySpan<byte> bytes, byte[] buffer, Take take)
    {
        _feed.Add(bytes);
        _decoded ??= decode(_feed, bytes[0]);
        int read;
        while ((read = _decoded.Read(buffer)) > 0) take(buffer.AsSpan(0, read));
        return true;
    }
}
