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

    // Fewer bytes than a few events have are not worth passing by themselves.
    private const long LeastWithin = 1024;

    private readonly long mostBytes;
    private readonly long mostTokens;
    private readonly long mostBytesEach;
    private readonly long mostTokensEach;
    private readonly bool isOneOfMany;
    private readonly StreamEnding ending;
    private readonly StreamFrames frames;
    private long countAt;
    private bool isOver;
    private IReadOnlyList<int> ended = [];

    private StreamCut(long bound, int choices, StreamEnding ending, StreamFrames frames)
    {
        (mostBytes, mostTokens) = Most(bound);
        (mostBytesEach, mostTokensEach) = Most(bound / choices);
        isOneOfMany = choices > 1;

        // Over all choices together, a count tells nothing of one of them that the bytes do not.
        countAt = isOneOfMany ? long.MaxValue : mostTokens + 1;
        this.ending = ending;
        this.frames = frames;
    }

    /// <summary>Whether the stream has been ended.</summary>
    public bool IsDone { get; private set; }

    /// <summary>A cut for the answer to a call; null where the call has no bound, or content of this type in its wire format cannot be ended.</summary>
    /// <param name="facts">The call.</param>
    /// <param name="mediaType">The answer's media type without parameters, lower case; null where there is none.</param>
    public static StreamCut? For(CallFacts facts, string? mediaType)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (!facts.IsStreaming || facts.Bound is not { Tokens: { } tokens, Choices: var choices } || tokens > long.MaxValue / 16) return null;

        return facts.Format.CreateStreamEnding(facts) is { } ending && ending.FramesOf(mediaType) is { } frames ? new StreamCut(tokens, choices, ending, frames) : null;
    }

    /// <summary>
    /// Shows the bytes just read to the meter, and tells how many of them may go on: all while the text is within its bound, else
    /// those up to the end of the event that passed it.
    /// </summary>
    /// <param name="bytes">The bytes just read.</param>
    /// <param name="meter">The answer's meter; it is shown what does not go on, too, as that may tell the usage.</param>
    public int Allow(ReadOnlySpan<byte> bytes, ResponseMeter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        var allowed = 0;
        while (allowed < bytes.Length && !IsDone)
        {
            // Event by event only where the bound may be passed among these.
            var rest = bytes[allowed..];
            var within = isOver ? 0 : Within(meter);
            var part = rest.Length <= within || within >= LeastWithin
                ? frames.Pass(rest[..(int)Math.Min(rest.Length, within)], stopsAtEnd: false, out var isAtEnd)
                : frames.Pass(rest, stopsAtEnd: true, out isAtEnd);
            meter.Append(rest[..part]);
            isOver = isOver || IsOver(meter);
            IsDone = isOver && isAtEnd;
            allowed += part;
            // Before the meter is shown what is not delivered.
            if (IsDone && isOneOfMany) ended = meter.EndedChoices();
        }

        meter.Append(bytes[allowed..]);
        ending.See(bytes[..allowed]);
        return allowed;
    }

    /// <summary>What ends the stream well-formed, once it <see cref="IsDone"/>: to be delivered behind what was allowed.</summary>
    public ReadOnlyMemory<byte> Ending => ending.End(ended);

    private static (long Bytes, long Tokens) Most(long bound) => ((bound * BytesPerToken) + Slack, bound + (bound / 10) + TokenSlack);

    // How many bytes more are certainly within the bound: a token has a byte at least, and no text is longer than what it stands in.
    private long Within(ResponseMeter meter) => Math.Max(0, Math.Min(mostBytes, isOneOfMany ? mostTokensEach : countAt - 1) - meter.OutputBytes);

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
}
