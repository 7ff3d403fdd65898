using System.Buffers;
using SafeLlm.Formats;

namespace SafeLlm.Metering;

/// <summary>Where an answer's bytes come from, what meters them, and what is changed in them on their way: as little as possible.</summary>
internal sealed class AnswerSource(HttpContent content, Stream stream, ResponseMeter meter, StreamFilter? filter, StreamCut? cut) : IDisposable
{
    private int isReleased;

    public Stream Stream => stream;

    public ResponseMeter Meter => meter;

    /// <summary>Whether bytes may be taken out or the stream be cut.</summary>
    public bool ChangesBytes => filter is not null || cut is not null;

    /// <summary>Whether bytes may be taken out, so that they cannot be read into the reader's own buffer.</summary>
    public bool Filters => filter is not null;

    /// <summary>Whether the stream was cut, so that the bytes taken last are its last.</summary>
    public bool IsCut => cut is { IsDone: true };

    /// <summary>What follows the bytes of a stream that was cut.</summary>
    public ReadOnlyMemory<byte> Ending => cut?.Ending ?? default;

    /// <summary>Shows the meter the bytes just read. Returns how many of them go on: fewer than all where the stream is cut there.</summary>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        if (cut is not null) return cut.Allow(bytes, meter);
        meter.Append(bytes);
        return bytes.Length;
    }

    /// <summary>Passes on what may go on of the bytes taken last, none at the end, without what only we asked for.</summary>
    public void Change(ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> passed)
    {
        filter!.Append(bytes, passed);
        if (bytes.IsEmpty || IsCut) filter.Complete(passed);
        if (IsCut) passed.Write(Ending.Span);
    }

    /// <summary>Lets go of the connection: what the provider still generates is not waited for.</summary>
    public void Dispose()
    {
        // The end of the call's time and the reader may come together, and not every stream bears being disposed twice at once.
        if (Interlocked.Exchange(ref isReleased, 1) != 0) return;
        stream.Dispose();
        content.Dispose();
    }
}
