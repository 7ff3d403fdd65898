using SafeLlm.Formats;

namespace SafeLlm.Metering;

/// <summary>
/// Ends a stream that is certainly over its bound: where its text has more than eight bytes for each token of the bound, and
/// a kilobyte. It ends between two events, so that what was delivered stays well-formed.
/// </summary>
internal sealed class StreamCut
{
    // No text of a language has more bytes a token over any length; long runs that do are within the kilobyte.
    private const long BytesPerToken = 8;
    private const long Slack = 1024;

    private readonly long most;
    private readonly ReadOnlyMemory<byte> ending;
    private int newLines;

    private StreamCut(long most, ReadOnlyMemory<byte> ending)
    {
        this.most = most;
        this.ending = ending;
    }

    /// <summary>Whether the stream has been ended.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Null where the call has no bound, or its wire format cannot be ended.</summary>
    public static StreamCut? For(CallFacts facts)
    {
        if (!facts.IsStreaming || facts.Bound.Tokens is not { } tokens || tokens > (long.MaxValue / BytesPerToken) - Slack) return null;
        return facts.Format.EndOfStream(facts) is { } ending ? new StreamCut((tokens * BytesPerToken) + Slack, ending) : null;
    }

    /// <summary>How many of the bytes just read may still go on; all of them while the text is within its bound.</summary>
    public int Allow(ReadOnlySpan<byte> bytes, long textBytes)
    {
        var isOver = textBytes > most;
        for (var i = 0; i < bytes.Length; i++)
        {
            // An event ends with an empty line; a carriage return beside a line feed changes nothing.
            if (bytes[i] == (byte)'\r') continue;
            newLines = bytes[i] == (byte)'\n' ? newLines + 1 : 0;
            if (newLines >= 2 && isOver)
            {
                IsDone = true;
                return i + 1;
            }
        }

        return bytes.Length;
    }

    /// <summary>What ends the stream well-formed.</summary>
    public ReadOnlyMemory<byte> Ending => ending;
}
