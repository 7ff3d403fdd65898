namespace SafeLlm.Metering;

/// <summary>
/// Reads into a buffer of its own, so that a reader who leaves does not take the read under way with him: the stream can
/// still be drained.
/// </summary>
internal sealed class LastingReads(Stream inner, CancellationToken lifetime)
{
    private readonly byte[] buffer = new byte[8 << 10];
    private Task<int>? underWay;
    private int start;
    private int count;

    /// <summary>Nobody will ask again: a read that fails later is nobody's failure.</summary>
    public void Abandon() => underWay?.ContinueWith(static read => _ = read.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>The next bytes; the token ends the waiting, not the read.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            underWay ??= inner.ReadAsync(buffer, lifetime).AsTask();
            count = await underWay.WaitAsync(cancellationToken).ConfigureAwait(false);
            underWay = null;
            start = 0;
        }

        var given = Math.Min(count, into.Length);
        buffer.AsMemory(start, given).CopyTo(into);
        start += given;
        count -= given;
        return given;
    }
}
