using System.Buffers;

namespace SafeLlm.Formats;

/// <summary>Passes a stream on without the events that the caller did not ask for. One stream, one filter.</summary>
public abstract class StreamFilter
{
    /// <summary>Takes the next bytes and writes what may go on, as early as that is certain.</summary>
    public abstract void Append(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output);

    /// <summary>Writes what was still held back when the stream ended.</summary>
    public abstract void Complete(IBufferWriter<byte> output);
}
