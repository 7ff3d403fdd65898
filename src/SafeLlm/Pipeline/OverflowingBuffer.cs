namespace SafeLlm.Pipeline;

/// <summary>Takes what is written, up to a most; what comes after that waits until it is told where to go on to.</summary>
internal sealed class OverflowingBuffer(long most) : Stream
{
    private readonly MemoryStream taken = new();
    private readonly TaskCompletionSource overflowed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Stream> onward = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int isGivenOn;

    public ReadOnlyMemory<byte> Taken => taken.GetBuffer().AsMemory(0, (int)taken.Length);

    /// <summary>Ends once there is more than is taken.</summary>
    public Task Overflowed => overflowed.Task;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Hands on what was taken, and lets the rest follow; false where that was done before.</summary>
    public async ValueTask<bool> TryGoOnAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref isGivenOn, 1) != 0) return false;
        await stream.WriteAsync(Taken, cancellationToken).ConfigureAwait(false);
        onward.TrySetResult(stream);
        return true;
    }

    /// <summary>Nobody will go on with it.</summary>
    public void LetGo()
    {
        if (Interlocked.Exchange(ref isGivenOn, 1) == 0) onward.TrySetCanceled();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (TryTake(buffer.Span)) return;
        var stream = await onward.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (!TryTake(buffer.AsSpan(offset, count))) onward.Task.GetAwaiter().GetResult().Write(buffer, offset, count);
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private bool TryTake(ReadOnlySpan<byte> bytes)
    {
        if (!overflowed.Task.IsCompleted && taken.Length + bytes.Length <= most)
        {
            taken.Write(bytes);
            return true;
        }

        overflowed.TrySetResult();
        return false;
    }
}
