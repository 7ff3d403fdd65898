using System.Text;

namespace SafeLlm.Tests.Fakes;

/// <summary>Gives its first pieces, waits, and gives the others; one piece a read.</summary>
internal sealed class PausingStream(string[] before, Task pause, string[] after) : Stream
{
    private int next;

    public bool IsDisposed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (next == before.Length) await pause.WaitAsync(cancellationToken);
        if (next == before.Length + after.Length) return 0;
        var bytes = Encoding.UTF8.GetBytes(next < before.Length ? before[next] : after[next - before.Length]);
        next++;
        bytes.CopyTo(buffer);
        return bytes.Length;
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
