using System.Buffers;
using SafeLlm.Formats;

namespace SafeLlm.Metering;

/// <summary>Where an answer's bytes come from, what meters them, and what is changed in them on their way: as little as possible.</summary>
internal sealed class AnswerSource(HttpContent content, Stream stream, ResponseMeter meter, StreamFilter? filter, StreamCut? cut) : IDisposable
{
    public Stream Stream => stream;

    public ResponseMeter Meter => meter;

    /// <summary>Whether bytes may be taken out or the stream be cut.</summary>
    public bool ChangesBytes => filter is not null || cut is not null;

    /// <summary>Whether bytes may be taken out, so that they cannot be read into the reader's own buffer.</summary>
    public bool Filters => filter is not null;

    /// <summary>How many of the bytes just read go on; fewer than all where the stream is cut there, and its ending follows.</summary>
    public int Allow(ReadOnlySpan<byte> bytes, out ReadOnlyMemory<byte> ending)
    {
        ending = default;
        if (cut is null) return bytes.Length;
        var allowed = cut.Allow(bytes, meter);
        if (cut.IsDone) ending = cut.Ending;
        return allowed;
    }

    /// <summary>Passes on what may go on of the bytes just read, none at the end. True where the stream was cut here.</summary>
    public bool Change(ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> passed)
    {
        var isEnd = bytes.IsEmpty;
        var allowed = cut is null || isEnd ? bytes : bytes[..cut.Allow(bytes, meter)];
        if (!isEnd) filter!.Append(allowed, passed);

        var isCut = cut is { IsDone: true } && !isEnd;
        if (isEnd || isCut) filter!.Complete(passed);
        if (isCut) passed.Write(cut!.Ending.Span);
        return isCut;
    }

    /// <summary>Lets go of the connection: what the provider still generates is not waited for.</summary>
    public void Dispose()
    {
        stream.Dispose();
        content.Dispose();
    }
}
