namespace SafeLlm.Formats;

/// <summary>
/// Ends a stream of answers after any of its events, so that what was delivered is well-formed and says that its bound was
/// reached. One stream, one ending: some formats have to know what is still open.
/// </summary>
public abstract class StreamEnding
{
    /// <summary>Whether events end with an empty line (server-sent events), rather than with each line (JSON lines).</summary>
    public virtual bool IsEvents => true;

    /// <summary>How the events of content of a type are framed; null where this is no way to end such content.</summary>
    internal virtual StreamFrames? FramesOf(string? mediaType) => IsEvents
        ? mediaType is "text/event-stream" ? new LineFrames(2) : null
        : mediaType is "application/x-ndjson" or "application/stream+json" or "application/jsonl" or "application/json" ? new LineFrames(1) : null;

    /// <summary>Sees the next bytes that were delivered.</summary>
    public abstract void See(ReadOnlySpan<byte> bytes);

    /// <summary>The bytes that end the stream.</summary>
    public abstract ReadOnlyMemory<byte> End();

    /// <summary>The same where some of several choices have ended by themselves, which no further piece of theirs may contradict.</summary>
    internal virtual ReadOnlyMemory<byte> End(IReadOnlyList<int> ended) => End();

    /// <summary>An ending that is the same wherever the stream stands.</summary>
    public static StreamEnding Fixed(ReadOnlyMemory<byte> end, bool isEvents = true) => new FixedStreamEnding(end, isEvents);
}
