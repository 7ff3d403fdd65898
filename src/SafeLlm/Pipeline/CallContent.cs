using System.Net;

namespace SafeLlm.Pipeline;

/// <summary>A request's bytes, sent as often as needed; it knows whether a transport has begun to take them.</summary>
internal sealed class CallContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> body;
    private volatile bool isBegun;

    public CallContent(ReadOnlyMemory<byte> body, HttpContent original)
    {
        this.body = body;
        foreach (var header in original.Headers.NonValidated)
        {
            // The length follows from the bytes, which may have been edited.
            if (header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) continue;
            foreach (var value in header.Value) Headers.TryAddWithoutValidation(header.Key, value);
        }
    }

    /// <summary>Whether this attempt's bytes may have left the process.</summary>
    public bool IsBegun => isBegun;

    /// <summary>For the next attempt.</summary>
    public void Rewind() => isBegun = false;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        isBegun = true;
        return stream.WriteAsync(body, cancellationToken).AsTask();
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        isBegun = true;
        stream.Write(body.Span);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
