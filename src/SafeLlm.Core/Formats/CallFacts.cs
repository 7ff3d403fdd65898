using System.Buffers;

namespace SafeLlm.Formats;

/// <summary>
/// The facts of one request to a model, read from its bytes. A class and no record: a record prints its members, and the
/// body must never be printed.
/// </summary>
public sealed class CallFacts
{
    private readonly OptionalCount thinkingBudget;
    private readonly OptionalCount leastBound;
    private readonly OptionalCount compactsFrom;
    private bool? longCache;

    /// <summary>The wire format that read the request.</summary>
    public required IWireFormat Format { get; init; }

    /// <summary>The request's bytes. Parts point into them.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The authority that the request went to: who serves the model, where that is a provider. Empty where it is not known.</summary>
    public string Authority { get; init; } = "";

    /// <summary>The path that the request went to, as sent. Empty where it is not known.</summary>
    public string Path { get; init; } = "";

    /// <summary>The model asked for; null where the request names none.</summary>
    public string? Model { get; init; }

    /// <summary>Models that may answer in the place of <see cref="Model"/>, as the request allows (OpenRouter's <c>models</c>).</summary>
    public IReadOnlyList<string> OtherModels { get; init; } = [];

    /// <summary>Models that <see cref="Model"/> may ask within the call, as the request allows (Anthropic's advisor tool). Their tokens are billed at their own prices.</summary>
    public IReadOnlyList<string> AdvisorModels { get; init; } = [];

    /// <summary>What limits the output.</summary>
    public OutputBound Bound { get; init; } = new(null, 1);

    /// <summary>How many tokens the request allows for thinking, within the bound; null where it does not say.</summary>
    public long? ThinkingBudget
    {
        get => thinkingBudget.Value;
        init => thinkingBudget = new(value);
    }

    /// <summary>
    /// The least output bound, in tokens a choice, that the provider takes beside what else the request says; null where it takes
    /// any. Claude's models refuse a bound that is not above the budget for thinking. A request that brings no more than its own
    /// budget is left to the provider: where thoughts and tools alternate that is allowed.
    /// </summary>
    public long? LeastBound
    {
        get => leastBound.Value;
        init => leastBound = new(value);
    }

    /// <summary>
    /// Whether an output bound can be inserted. False where the name under which the model takes it is not known: such a
    /// request must bring its own.
    /// </summary>
    public bool TakesBound { get; init; } = true;

    /// <summary>How the request wants to be served; standard where it does not say.</summary>
    public ServiceTier ServiceTier { get; init; }

    /// <summary>What the request asks for that multiplies all prices: a region to stay in (<c>us</c>), to be served <c>fast</c>.</summary>
    public IReadOnlyList<string> PriceFactors { get; init; } = [];

    /// <summary>Whether the answer comes as a stream.</summary>
    public bool IsStreaming { get; init; }

    /// <summary>Whether the provider answers at once and works on after its answer, which then says nothing of what it will have cost.</summary>
    public bool IsBackground { get; init; }

    /// <summary>Whether the request asks for usage in its stream. True where the format always sends it.</summary>
    public bool AsksForUsage { get; init; }

    /// <summary>How many messages the prompt has.</summary>
    public int Messages { get; init; }

    /// <summary>The prompt, part by part, in the order of the request.</summary>
    public IReadOnlyList<PromptPart> Parts { get; init; } = [];

    /// <summary>Why the input's size cannot be known from the request. Empty where it can.</summary>
    public IReadOnlyList<UnknowableInput> Unknowable { get; init; } = [];

    /// <summary>From how many input tokens on the provider may summarise the conversation before it answers; null where that is not asked for.</summary>
    internal long? CompactsFrom
    {
        get => compactsFrom.Value;
        init => compactsFrom = new(value);
    }

    /// <summary>Which of <see cref="Parts"/> are no prompt but what the caller predicts of the answer: what of it is wrong is billed as output.</summary>
    internal Range Predicted { get; init; }

    /// <summary>Whether a picture shall be looked at in its own size, where a model does that.</summary>
    internal bool HasOriginalPictures { get; init; }

    /// <summary>Whether input may be kept in a cache for longer than minutes. Found when it is first asked for, as many models have no such price.</summary>
    internal bool AsksForLongCache => longCache ??= CacheTimes.AskForLong(Body.Span);

    /// <summary>What the format needs to know again when it edits the request.</summary>
    internal object? EditPoints { get; init; }

    /// <summary>A part's bytes as they stand in the request: raw JSON, or a string's bytes with their escapes.</summary>
    public ReadOnlySpan<byte> Raw(in PromptPart part) => Body.Span.Slice(part.Start, part.Length);

    /// <summary>
    /// A part's text as UTF-8. Points into the request where the part has no escapes; else the text is written to
    /// <paramref name="scratch"/>, which must be at least <see cref="PromptPart.Length"/> bytes long.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="scratch"/> is needed and too short.</exception>
    public ReadOnlySpan<byte> Text(in PromptPart part, Span<byte> scratch)
    {
        var raw = Raw(part);
        if (!part.IsEscaped) return raw;
        if (scratch.Length < raw.Length) throw new ArgumentException($"The text needs {raw.Length} bytes; the buffer has {scratch.Length}.", nameof(scratch));
        return scratch[..JsonText.Unescape(raw, scratch)];
    }

    /// <summary>Writes a part's text as UTF-8; no string is made.</summary>
    public void WriteText(in PromptPart part, IBufferWriter<byte> output) => JsonText.Write(Raw(part), part.IsEscaped, output);

    /// <summary>Format, model and bound; never content.</summary>
    public override string ToString() => $"{Format.Name} {Model ?? "(no model)"}, bound {Bound.Tokens?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}";
}
