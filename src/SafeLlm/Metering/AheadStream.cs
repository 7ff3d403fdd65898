namespace SafeLlm.Metering;

/// <summary>Keeps what is read through it, up to a number of bytes at which it reads as ended.</summary>
/// <param name="rest">The stream behind it; it is not disposed of with this one.</param>
/// <param name="most">The most bytes that are taken of it.</param>
internal sealed class AheadStream(Stream rest, int most) : Stream
{
    private byte[] taken = new byte[1024];
    private int count;
    private int given;

    /// <summary>What was taken of the stream, whether or not it was read from here.</summary>
    public ReadOnlyMemory<byte> Taken => taken.AsMemory(0, count);

    /// <summary>The stream, behind what was taken.</summary>
    public Stream Rest => rest;

    /// <summary>Whether the stream itself failed, and not what makes sense of its bytes.</summary>
    public bool HasFailed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The next byte, which is still to be read; 0 at the end.</summary>
    public async ValueTask<byte> PeekAsync(CancellationToken cancellationToken)
    {
        if (given == count) await TakeAsync(cancellationToken).ConfigureAwait(false);
        return given == count ? (byte)0 : taken[given];
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (given == count) await TakeAsync(cancellationToken).ConfigureAwait(false);
        var length = Math.Min(buffer.Length, count - given);
        taken.AsSpan(given, length).CopyTo(buffer.Span);
        given += length;
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        if (count == most) return;
        if (count == taken.Length) Array.Resize(ref taken, Math.Min(most, taken.Length * 2));
        try
        {
            count += await rest.ReadAsync(taken.AsMemory(count), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            HasFailed = true;
            throw;
        }
    }
}
