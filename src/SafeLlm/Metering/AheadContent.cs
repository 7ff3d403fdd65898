using System.Net;

namespace SafeLlm.Metering;

/// <summary>Content of which the start was read already: that, then what is left.</summary>
internal sealed class AheadContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> head;
    private readonly Stream? rest;
    private readonly HttpContent original;

    public AheadContent(ReadOnlyMemory<byte> head, Stream? rest, HttpContent original)
    {
        this.head = head;
        this.rest = rest;
        this.original = original;
        foreach (var header in original.Headers.NonValidated)
        {
            // One that broke off is shorter than it said.
            if (rest is null && header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) continue;
            foreach (var value in header.Value) Headers.TryAddWithoutValidation(header.Key, value);
        }
    }

    // Else it would be taken in to its end before the first byte is read.
    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(CreateContentReadStream(CancellationToken.None));

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => new PrefixedStream(head, rest ?? Stream.Null);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        stream.Write(head.Span);
        rest?.CopyTo(stream);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(head, cancellationToken).ConfigureAwait(false);
        if (rest is not null) await rest.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = head.Length;
        return rest is null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) original.Dispose();
        base.Dispose(disposing);
    }
}
