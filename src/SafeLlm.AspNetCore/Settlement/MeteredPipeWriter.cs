using System.Buffers;
using System.IO.Pipelines;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Passes an answer on to the server's own writer, at once and without a copy, and shows the bytes to the observer as they pass.
/// Only a stream that is filtered goes through a buffer of its own.
/// </summary>
internal sealed class MeteredPipeWriter(PipeWriter inner, ResponseObserver observer, CallSettlement settlement) : PipeWriter
{
    private const int LeastBuffer = 4096;

    private Memory<byte> lent;
    private byte[] buffer = [];
    private bool isFiltering;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        isFiltering = observer.IsFiltering;
        if (!isFiltering) return lent = inner.GetMemory(sizeHint);
        if (buffer.Length < Math.Max(sizeHint, LeastBuffer)) buffer = new byte[Math.Max(sizeHint, LeastBuffer)];
        return lent = buffer;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (bytes == 0)
        {
            if (!isFiltering) inner.Advance(0);
            return;
        }

        var written = lent.Span[..bytes];
        var allowed = observer.Take(written);
        if (!isFiltering) inner.Advance(allowed);
        else if (allowed > 0) observer.Filter(written[..allowed], inner);
        if (observer.IsEnding) observer.End(inner);
        lent = lent[bytes..];
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        await settlement.PassingAsync();
        return await inner.FlushAsync(cancellationToken);
    }

    /// <summary>One write of what an endpoint has whole already: not copied into the server's buffer piece by piece, and then flushed.</summary>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (observer.IsFiltering) return base.WriteAsync(source, cancellationToken);
        source = source[..observer.Take(source.Span)];
        if (observer.IsEnding)
        {
            inner.Write(source.Span);
            observer.End(inner);
            return FlushAsync(cancellationToken);
        }

        var passed = settlement.PassingAsync();
        return passed.IsCompletedSuccessfully ? inner.WriteAsync(source, cancellationToken) : WriteLaterAsync(passed, source, cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (exception is null) observer.Complete(inner);
        inner.Complete(exception);
    }

    private async ValueTask<FlushResult> WriteLaterAsync(ValueTask passed, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        await passed;
        return await inner.WriteAsync(source, cancellationToken);
    }

    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        if (exception is null) observer.Complete(inner);
        return inner.CompleteAsync(exception);
    }
}
