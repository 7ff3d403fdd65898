using System.Net;

namespace SafeLlm.Pipeline;

/// <summary>
/// Content whose length nobody told, taken in as far as may be. Where it is longer, what was taken goes to whoever sends it and the
/// rest flows behind, so that no more of it is ever in memory. It can be sent once.
/// </summary>
internal sealed class FlowingContent : HttpContent
{
    private readonly HttpContent original;
    private readonly OverflowingBuffer buffer;
    private readonly long most;
    private Task flowing = Task.CompletedTask;

    public FlowingContent(HttpContent original, long most)
    {
        this.original = original;
        this.most = most;
        buffer = new OverflowingBuffer(most);
        foreach (var header in original.Headers.NonValidated)
        {
            foreach (var value in header.Value) Headers.TryAddWithoutValidation(header.Key, value);
        }
    }

    /// <summary>The whole content.</summary>
    /// <exception cref="RequestRejectedException">There is more of it; it can be sent nevertheless.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> TakeAsync(CancellationToken cancellationToken)
    {
        // By itself: content that is written without waiting stands still where there is too much of it.
        flowing = Task.Run(() => original.CopyToAsync(buffer, cancellationToken), cancellationToken);
        if (await Task.WhenAny(flowing, buffer.Overflowed).ConfigureAwait(false) != flowing) throw BodyReader.TooLarge(most + 1, most);
        await flowing.ConfigureAwait(false);
        return buffer.Taken;
    }

    /// <summary>Ends the flow where nobody has begun to send it.</summary>
    public void LetGo() => buffer.LetGo();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (!await buffer.TryGoOnAsync(stream, cancellationToken).ConfigureAwait(false)) throw new IOException("The request's content was sent once, and cannot be sent again.");
        await flowing.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
