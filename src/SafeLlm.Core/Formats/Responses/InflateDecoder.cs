namespace SafeLlm.Formats;

/// <summary>Gzip and zlib. The framework's decoders pull from a stream, so one is fed what has come so far.</summary>
internal sealed class InflateDecoder : ContentDecoder
{
    private readonly FeedStream _feed = new();
    private readonly Stream _decoded;

    public InflateDecoder(Take take, Func<Stream, Stream> decode)
        : base(take) => _decoded = decode(_feed);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _decoded.Dispose();
        _feed.Dispose();
    }

    /// <inheritdoc/>
    protected override bool Decode(ReadOnlySpan<byte> bytes, byte[] buffer, Take take)
    {
        _feed.Add(bytes);
        int read;
        while ((read = _decoded.Read(buffer)) > 0) take(buffer.AsSpan(0, read));
        return true;
    }
}
