namespace SafeLlm.Formats;

/// <summary>A stream of the bytes that came so far: it reads as ended until more are added.</summary>
internal sealed class FeedStream : Stream
{
    private byte[] _buffer = [];
    private int _start;
    private int _end;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var kept = _buffer.AsSpan(_start, _end - _start);
        if (kept.Length + bytes.Length > _buffer.Length)
        {
            var larger = new byte[kept.Length + bytes.Length];
            kept.CopyTo(larger);
            _buffer = larger;
        }
        else
        {
            kept.CopyTo(_buffer);
        }

        _end = kept.Length + bytes.Length;
        _start = 0;
        bytes.CopyTo(_buffer.AsSpan(_end - bytes.Length));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var take = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, take).CopyTo(buffer);
        _start += take;
        return take;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
