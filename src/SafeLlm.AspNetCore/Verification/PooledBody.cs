using System.Buffers;
using System.IO.Pipelines;

namespace SafeLlm.AspNetCore;

/// <summary>A request's content in a rented buffer, read under a hard cap.</summary>
internal sealed class PooledBody : IDisposable
{
    private const int FirstRent = 4096;

    // A length is declared in a moment: memory is given for what has come, or many who send no more than a byte would take it all.
    private const int LargestFirstRent = 16 * 1024;

    private byte[] buffer;
    private int length;

    private PooledBody(int size) => buffer = ArrayPool<byte>.Shared.Rent(size);

    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    /// <summary>How much memory it has.</summary>
    internal int Rented => buffer.Length;

    /// <summary>Reads everything.</summary>
    /// <param name="reader">Where it comes from.</param>
    /// <param name="declared">Its length, as the headers have it; null where they say nothing.</param>
    /// <param name="most">The cap in bytes, whatever was declared.</param>
    /// <param name="time">The clock, looked at where more is to come.</param>
    /// <param name="until">From when on it comes too late. Who sends nothing at all is the server's to end (MinRequestBodyDataRate).</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>The content; null where it is larger than the cap, or came too late.</returns>
    public static async ValueTask<(PooledBody? Body, bool IsLate)> ReadAsync(PipeReader reader, long? declared, long most, TimeProvider time, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var body = new PooledBody((int)Math.Clamp(declared ?? FirstRent, 1, Math.Min(most, LargestFirstRent)));
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
                    return (null, false);
                }

                if (read.IsCompleted) return (body, false);
                if (time.GetUtcNow() <= until) continue;
                body.Dispose();
                return (null, true);
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
