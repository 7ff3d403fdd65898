namespace SafeLlm.Pipeline;

/// <summary>Takes a request's content into memory, once, so that every attempt sends the same bytes.</summary>
internal static class BodyReader
{
    /// <exception cref="RequestRejectedException">The content is larger than <paramref name="most"/>.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, long most, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength is { } length)
        {
            if (length > most) throw TooLarge(length, most);

            // The length is known, so that one array of just that size will do; a content that lies about it is not cut.
            var bytes = new byte[length];
            using var exact = new MemoryStream(bytes);
            try
            {
                await content.CopyToAsync(exact, cancellationToken).ConfigureAwait(false);
            }
            catch (NotSupportedException)
            {
                throw new HttpRequestException("The request's content is longer than its Content-Length says.");
            }

            return bytes.AsMemory(0, (int)exact.Position);
        }

        using var limited = new LimitedBuffer(most, length => TooLarge(length, most));
        await content.CopyToAsync(limited, cancellationToken).ConfigureAwait(false);
        return limited.Taken;
    }

    private static SafeLlmException TooLarge(long length, long most) => new Refusal(
        RefusalCode.BodyTooLarge,
        FormattableString.Invariant($"The request's content has {length:N0} bytes or more; MaxRequestBytes is {most:N0}.")).ToException();
}
