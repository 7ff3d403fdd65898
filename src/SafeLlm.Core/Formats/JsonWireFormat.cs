using SafeLlm.Tokens;

namespace SafeLlm.Formats;

/// <summary>A wire format whose requests are one JSON object: reading and editing along its shape, metering by its rules.</summary>
internal abstract class JsonWireFormat : IWireFormat
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>How requests are read.</summary>
    public abstract RequestShape Shape { get; }

    /// <summary>How responses are read.</summary>
    public abstract ResponseRules Rules { get; }

    /// <summary>Whether nothing is generated, so that there is nothing to bound (embeddings).</summary>
    protected virtual bool GeneratesNothing => false;

    /// <summary>Whether a bound that is not above the budget for thinking is refused.</summary>
    protected virtual bool ThinksWithinBound => false;

    /// <inheritdoc/>
    public abstract bool Recognises(in RequestTarget target);

    /// <inheritdoc/>
    public RequestReading Read(in RequestTarget target, ReadOnlyMemory<byte> body)
    {
        var facts = new RequestFacts();
        Prepare(target, facts);
        if (RequestWalker.Read(body.Span, Shape, facts) is { } malformed) return malformed;
        Complete(target, facts);
        return new RequestReading.Call(new CallFacts
        {
            Format = this,
            Body = body,
            Authority = target.Authority,
            Path = target.Path,
            Model = facts.Model,
            Bound = new(GeneratesNothing ? 0 : facts.Edits.Bound(), facts.AllChoices),
            ThinkingBudget = facts.ThinkingBudget,
            LeastBound = ThinksWithinBound ? AboveThinking(facts) : null,
            TakesBound = GeneratesNothing || facts.Edits.BoundName is not null,
            ServiceTier = facts.ServiceTier,
            OtherModels = facts.OtherModels is { } others ? others : [],
            AdvisorModels = facts.AdvisorModels is { } advisors ? advisors : [],
            PriceFactors = facts.PriceFactors is { } factors ? factors : [],
            IsStreaming = facts.IsStreaming,
            AsksForUsage = facts.AsksForUsage,
            IsBackground = facts.IsBackground,
            HasOriginalPictures = facts.HasOriginalPictures,
            Messages = facts.Messages,
            Parts = facts.Parts,
            Predicted = facts.Predicted,
            CompactsFrom = facts.CompactsFrom,
            Unknowable = facts.Unknowable,
            EditPoints = facts.Edits,
        });
    }

    /// <inheritdoc/>
    public virtual ReadOnlyMemory<byte> Edit(CallFacts facts, RequestEdit edit) => GeneratesNothing ? facts.Body : RequestEditor.Edit(facts, edit);

    /// <inheritdoc/>
    public ResponseMeter CreateMeter(CallFacts facts, ResponseHead head) => new TallyMeter(Rules, head, facts, TokenCounters.For);

    /// <inheritdoc/>
    public virtual StreamFilter? CreateUsageFilter() => null;

    /// <inheritdoc/>
    public virtual StreamFilter? CreateAnswerFilter(CallFacts facts) => null;

    /// <inheritdoc/>
    public virtual StreamEnding? CreateStreamEnding(CallFacts facts) => null;

    /// <summary>Sets what holds unless the content says otherwise.</summary>
    protected virtual void Prepare(in RequestTarget target, RequestFacts facts)
    {
    }

    /// <summary>Adds what the target says and the content does not.</summary>
    protected virtual void Complete(in RequestTarget target, RequestFacts facts)
    {
    }

    private static long? AboveThinking(RequestFacts facts) =>
        facts.ThinkingBudget is { } budget && (facts.Edits.Bound() ?? long.MaxValue) > budget ? budget + 1 : null;

    /// <summary>Whether a request posts to a path that ends so; a slash behind it changes nothing.</summary>
    protected static bool Posts(in RequestTarget target, string end) =>
        target.Method == "POST" && target.Path.AsSpan().TrimEnd('/').EndsWith(end, StringComparison.Ordinal);
}
