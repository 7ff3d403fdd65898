namespace SafeLlm.Metering;

/// <summary>Reads an error's content, which says whether to try again, and leaves the response readable for the caller.</summary>
internal static class ErrorBody
{
    private const int Most = 64 << 10;

    /// <summary>The content as far as it was read: at most 64 KiB.</summary>
    /// <param name="response">The response.</param>
    /// <param name="patience">Ends the reading: what has come by then is all there is.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    public static async ValueTask<ReadOnlyMemory<byte>> TakeAsync(HttpResponseMessage response, CancellationToken patience, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience, cancellationToken);
        var original = response.Content;
        var stream = await original.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
        var taken = new MemoryStream();
        var buffer = new byte[4096];
        var isWhole = false;
        try
        {
            while (taken.Length < Most)
            {
                var read = await stream.ReadAsync(buffer, either.Token).ConfigureAwait(false);
                isWhole = read == 0;
                if (isWhole) break;
                taken.Write(buffer, 0, read);
            }
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // An error that breaks off, or does not go on in time, is still that error: what came of it is handed on.
            isWhole = true;
        }

        var bytes = taken.GetBuffer().AsMemory(0, (int)taken.Length);
        response.Content = new AheadContent(bytes, isWhole ? null : stream, original);
        return bytes;
    }
}
