using System.Buffers;
using System.IO.Pipelines;

namespace SafeLlm.AspNetCore;

/// <summary>A request's content in a rented buffer, read under a hard cap.</summary>
internal sealed class PooledBody : IDisposable
{
    private const int FirstRent = 4096;

    private byte[] buffer;
    private int length;

    private PooledBody(int size) => buffer = ArrayPool<byte>.Shared.Rent(size);

    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    /// <summary>Reads everything; null where there is more than the cap, whatever the headers declared.</summary>
    public static async ValueTask<PooledBody?> ReadAsync(PipeReader reader, long? declared, long most, CancellationToken cancellationToken)
    {
        var body = new PooledBody((int)Math.Clamp(declared ?? FirstRent, 1, most));
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var fits = read.Buffer.Length <= most - body.length;
                if (fits) body.Append(read.Buffer);
                reader.AdvanceTo(read.Buffer.End);
                if (!fits || read.IsCanceled)
                {
                    body.Dispose();
                    return null;
                }

                if (read.IsCompleted) return body;
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Gives the buffer back, wiped: prompts stay in no pool.</summary>
    public void Dispose()
    {
        if (buffer.Length == 0) return;
        buffer.AsSpan(0, length).Clear();
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        length = 0;
    }

    private void Append(in ReadOnlySequence<byte> bytes)
    {
        var total = length + (int)bytes.Length;
        if (total > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(total, (int)Math.Min(buffer.Length * 2L, Array.MaxLength)));
            Memory.Span.CopyTo(larger);
            buffer.AsSpan(0, length).Clear();
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        bytes.CopyTo(buffer.AsSpan(length));
        length = total;
    }
}
