namespace SafeLlm.Pipeline;

/// <summary>Takes a request's content into memory, once, so that every attempt sends the same bytes.</summary>
internal static class BodyReader
{
    // One that is free again; whoever finds none makes one.
    [ThreadStatic]
    private static SeeingStream? kept;

    /// <exception cref="RequestRejectedException">The content is larger than <paramref name="most"/>.</exception>
    public static ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, long most, CancellationToken cancellationToken)
    {
        // The array of these is theirs and ours to read, and nobody's to reuse: what is sent is that array anyway.
        if (content.GetType() == typeof(ByteArrayContent) || content.GetType() == typeof(StringContent) || content.GetType() == typeof(ReadOnlyMemoryContent))
        {
            var seen = kept ?? new SeeingStream();
            kept = null;
            var shown = content.CopyToAsync(seen, cancellationToken);
            if (shown.IsCompletedSuccessfully && seen.TryTake(out var bytesSeen))
            {
                kept = seen;
                return bytesSeen.Length <= most ? ValueTask.FromResult(bytesSeen) : throw TooLarge(bytesSeen.Length, most);
            }
        }

        if (content.Headers.ContentLength is not { } length) return ReadUnknownAsync(content, most, cancellationToken);
        if (length > most) throw TooLarge(length, most);

        // The length is known, so that one array of just that size will do; a content that lies about it is not cut.
        var bytes = new byte[length];
        var exact = new MemoryStream(bytes);
        Task copying;
        try
        {
            copying = content.CopyToAsync(exact, cancellationToken);
        }
        catch (NotSupportedException)
        {
            throw TooLong();
        }

        return copying.IsCompletedSuccessfully ? ValueTask.FromResult<ReadOnlyMemory<byte>>(bytes.AsMemory(0, (int)exact.Position)) : FinishAsync(copying, exact, bytes);
    }

    public static SafeLlmException TooLarge(long length, long most) => new Refusal(
        RefusalCode.BodyTooLarge,
        FormattableString.Invariant($"The request's content has {length:N0} bytes or more; MaxRequestBytes is {most:N0}.")).ToException();

    private static async ValueTask<ReadOnlyMemory<byte>> FinishAsync(Task copying, MemoryStream exact, byte[] bytes)
    {
        try
        {
            await copying.ConfigureAwait(false);
        }
        catch (NotSupportedException)
        {
            throw TooLong();
        }

        return bytes.AsMemory(0, (int)exact.Position);
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadUnknownAsync(HttpContent content, long most, CancellationToken cancellationToken)
    {
        using var limited = new LimitedBuffer(most, length => TooLarge(length, most));
        await content.CopyToAsync(limited, cancellationToken).ConfigureAwait(false);
        return limited.Taken;
    }

    private static HttpRequestException TooLong() => new("The request's content is longer than its Content-Length says.");
}
