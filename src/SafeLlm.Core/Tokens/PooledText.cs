using System.Buffers;

namespace SafeLlm.Tokens;

/// <summary>A growing buffer from the shared pool. Dispose gives it back.</summary>
internal sealed class PooledText : IBufferWriter<byte>, IDisposable
{
    private byte[] buffer = [];
    private int length;

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    public void Clear() => length = 0;

    /// <summary>Takes back what was written behind a length.</summary>
    public void CutTo(int shorter) => length = Math.Min(length, shorter);

    /// <summary>Takes the escapes out of JSON that stands in a JSON string, as Amazon has its schemas.</summary>
    public void RemoveBackslashes()
    {
        var kept = 0;
        foreach (var value in Written)
        {
            buffer[kept] = value;
            kept += value == '\\' ? 0 : 1;
        }

        length = kept;
    }

    public void Advance(int count) => length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsMemory(length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsSpan(length);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    public void Dispose()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    private void Reserve(int more)
    {
        if (buffer.Length - length >= Math.Max(1, more))
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, Math.Max(buffer.Length * 2, length + more)));
        buffer.AsSpan(0, length).CopyTo(larger);
        Dispose();
        buffer = larger;
    }
}
