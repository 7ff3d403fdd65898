namespace SafeLlm.Formats;

/// <summary>
/// Ends a stream that is certainly over its bound: by its bytes, or by an exact count where the model's encoding is known. Of several
/// choices each has its own bound, and the stream ends when all that go on are over it. It ends between two events, so that what
/// was delivered stays well-formed. Client and server cut by this one rule. One stream, one cut.
/// </summary>
public sealed class StreamCut
{
    // No text of a language has more bytes a token over any length; long runs that do are within the kilobyte.
    private const long BytesPerToken = 8;
    private const long Slack = 1024;

    // A provider may count a little otherwise than its encoding; this much it does not.
    private const long TokenSlack = 16;

    private readonly long mostBytes;
    private readonly long mostTokens;
    private readonly long mostBytesEach;
    private readonly long mostTokensEach;
    private readonly bool isOneOfMany;
    private readonly StreamEnding ending;
    private readonly int linesAtEnd;
    private long countAt;
    private bool isOver;
    private int newLines;

    private StreamCut(long bound, int choices, StreamEnding ending)
    {
        (mostBytes, mostTokens) = Most(bound);
        (mostBytesEach, mostTokensEach) = Most(bound / choices);
        isOneOfMany = choices > 1;

        // Over all choices together, a count tells nothing of one of them that the bytes do not.
        countAt = isOneOfMany ? long.MaxValue : mostTokens + 1;
        this.ending = ending;
        linesAtEnd = ending.IsEvents ? 2 : 1;
    }

    /// <summary>Whether the stream has been ended.</summary>
    public bool IsDone { get; private set; }

    /// <summary>A cut for the answer to a call; null where the call has no bound, or its wire format cannot be ended.</summary>
    public static StreamCut? For(CallFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (!facts.IsStreaming || facts.Bound is not { Tokens: { } tokens, Choices: var choices } || tokens > long.MaxValue / 16) return null;

        return facts.Format.CreateStreamEnding(facts) is { } ending ? new StreamCut(tokens, choices, ending) : null;
    }

    /// <summary>Whether the content is framed as this cut expects it.</summary>
    public bool Fits(string? mediaType) => ending.IsEvents
        ? mediaType is "text/event-stream"
        : mediaType is "application/x-ndjson" or "application/stream+json" or "application/jsonl" or "application/json";

    /// <summary>How many of the bytes just read may still go on; all of them while the text is within its bound.</summary>
    /// <param name="bytes">The bytes just read, which <paramref name="meter"/> has taken already.</param>
    /// <param name="meter">The answer's meter.</param>
    public int Allow(ReadOnlySpan<byte> bytes, ResponseMeter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        isOver = isOver || IsOver(meter);
        if (!isOver)
        {
            ending.See(bytes);
            newLines = Trailing(bytes, newLines);
            return bytes.Length;
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            // A carriage return beside a line feed changes nothing.
            if (bytes[i] == (byte)'\r') continue;
            newLines = bytes[i] == (byte)'\n' ? newLines + 1 : 0;
            if (newLines >= linesAtEnd)
            {
                IsDone = true;
                ending.See(bytes[..(i + 1)]);
                return i + 1;
            }
        }

        ending.See(bytes);
        return bytes.Length;
    }

    /// <summary>What ends the stream well-formed, once it <see cref="IsDone"/>: to be delivered behind what was allowed.</summary>
    public ReadOnlyMemory<byte> Ending => ending.End();

    private static (long Bytes, long Tokens) Most(long bound) => ((bound * BytesPerToken) + Slack, bound + (bound / 10) + TokenSlack);

    private bool IsOver(ResponseMeter meter)
    {
        if (isOneOfMany && meter.AreChoicesOver(mostBytesEach, mostTokensEach)) return true;
        var bytes = meter.OutputBytes;
        if (bytes > mostBytes) return true;
        if (bytes < countAt) return false;

        if (meter.CountOutputTokens() is not { } tokens)
        {
            countAt = long.MaxValue;
            return false;
        }

        // A token has a byte at least: until so many more have come, it cannot be over.
        countAt = bytes + Math.Max(64, mostTokens - tokens + 1);
        return tokens > mostTokens;
    }

    private static int Trailing(ReadOnlySpan<byte> bytes, int before)
    {
        var count = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            if (bytes[i] == (byte)'\n') count++;
            else if (bytes[i] != (byte)'\r') return count;
        }

        return before + count;
    }
}
