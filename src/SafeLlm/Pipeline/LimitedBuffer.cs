namespace SafeLlm.Pipeline;

/// <summary>Takes what is written, up to a most: content whose length nobody told must not fill the memory.</summary>
internal sealed class LimitedBuffer(long most, Func<long, Exception> tooMuch) : Stream
{
    private readonly MemoryStream taken = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => taken.Length;

    public override long Position
    {
        get => taken.Position;
        set => throw new NotSupportedException();
    }

    public ReadOnlyMemory<byte> Taken => taken.GetBuffer().AsMemory(0, (int)taken.Length);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (taken.Length + buffer.Length > most) throw tooMuch(taken.Length + buffer.Length);
        taken.Write(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
