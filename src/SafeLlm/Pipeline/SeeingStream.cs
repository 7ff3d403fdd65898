namespace SafeLlm.Pipeline;

/// <summary>Sees the memory that is written to it, without taking a copy. Only for content that keeps that memory unchanged.</summary>
internal sealed class SeeingStream : Stream
{
    private int writes;

    public ReadOnlyMemory<byte> Seen { get; private set; }

    /// <summary>Whether all there was came in one piece.</summary>
    public bool IsOnePiece => writes == 1;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => Seen.Length;

    public override long Position
    {
        get => Seen.Length;
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
        Seen = memory;
    }
}
