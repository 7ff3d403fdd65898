using System.Text;

namespace SafeLlm.Tests.Fakes;

/// <summary>Gives one piece a read, then ends: by itself, by a failure, or never.</summary>
internal sealed class PiecewiseStream(params string[] pieces) : Stream
{
    private int next;
    private int within;

    /// <summary>For <see cref="AtEnd"/>: nothing more comes until the read is cancelled.</summary>
    public static Task HangAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task.WaitAsync(cancellationToken);

    /// <summary>What happens after the last piece; a clean end unless set.</summary>
    public Func<CancellationToken, Task>? AtEnd { get; init; }

    public bool IsDisposed { get; private set; }

    public int Reads => next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (next == pieces.Length)
        {
            if (AtEnd is { } end) await end(cancellationToken);
            return 0;
        }

        var bytes = Encoding.UTF8.GetBytes(pieces[next]).AsMemory(within);
        var count = Math.Min(bytes.Length, buffer.Length);
        bytes[..count].CopyTo(buffer);
        within += count;
        if (count == bytes.Length)
        {
            next++;
            within = 0;
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
