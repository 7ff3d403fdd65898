namespace SafeLlm.Pipeline;

/// <summary>Sees the memory that is written to it, without taking a copy. Only for content that keeps that memory unchanged.</summary>
internal sealed class SeeingStream : Stream
{
    private int writes;

    private ReadOnlyMemory<byte> seen;

    /// <summary>What was written, where it came in one piece; and forgets it.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> bytes)
    {
        bytes = seen;
        var isOnePiece = writes == 1;
        writes = 0;
        seen = default;
        return isOnePiece;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => seen.Length;

    public override long Position
    {
        get => seen.Length;
        set => throw new NotSupportedException();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        See(buffer.AsMemory(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        See(buffer);
        return ValueTask.CompletedTask;
    }

    public override void Write(byte[] buffer, int offset, int count) => See(buffer.AsMemory(offset, count));

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void See(ReadOnlyMemory<byte> memory)
    {
        writes++;
        seen = memory;
    }
}
