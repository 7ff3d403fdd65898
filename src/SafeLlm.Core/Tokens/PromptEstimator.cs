using SafeLlm.Formats;
using SafeLlm.Pricing;

namespace SafeLlm.Tokens;

/// <summary>Estimates the input tokens of a request from its facts. Thread-safe.</summary>
public sealed class PromptEstimator
{
    // in at least 95 % of the recorded calls of OpenAI's classes this held; it held in all chat calls
    private const long OpenAiUpperPercent = 104;
    private const long OpenAiUpperFixed = 12;

    // Responses has added up to 18 tokens to instructions, at times and without a sign in the request
    private const long ResponsesUpperFixed = 20;

    // what OpenAI counts of plain text is at most one token an input off, and more only where it cleans very long ones
    private const long PlainUpperPerMille = 1_002;

    private readonly Lazy<ITokenCounter>? o200k;
    private readonly Lazy<ITokenCounter>? cl100k;

    /// <summary>
    /// What stands for the context window of a model whose own is not known, in tokens; 10,000,000 unless set, the largest
    /// that any provider sells.
    /// </summary>
    public long LargestContext { get; init; } = 10_000_000;

    /// <summary>
    /// Whether counts of texts are remembered, by their SHA-256, so that a conversation that is sent again is not counted again. How long a
    /// count takes then tells whether the same text was counted before: for texts of one application, not of strangers to each other.
    /// </summary>
    /// <value>The default is false.</value>
    public bool RemembersCounts
    {
        get => o200k is not null;
        init
        {
            o200k = value ? new(static () => new RememberedCounts(TokenCounters.O200kBase)) : null;
            cl100k = value ? new(static () => new RememberedCounts(TokenCounters.Cl100kBase)) : null;
        }
    }

    /// <summary>From the bytes alone: no tokenizer is loaded, the upper end is bounded.</summary>
    /// <param name="facts">The call.</param>
    /// <param name="model">The model that it is for.</param>
    public InputEstimate FromBytes(CallFacts facts, ModelPrice model)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(model);
        var family = FamilyOf(facts, model);
        var visible = VisibleBytes(facts);
        var upper = UpperByBytes(facts, model, family, visible);
        var lower = (visible + VocabularyData.LongestToken - 1) / VocabularyData.LongestToken;

        // English prose has four to five bytes a token, everything else fewer
        var expected = Math.Clamp((visible / 4) + (8L * facts.Messages), lower, upper);
        return WithinContext(facts, model, family, new TokenRange(lower, expected, upper), EstimateBasis.Bounded, EstimateMethod.Bytes, []);
    }

    /// <summary>By counting tokens.</summary>
    /// <param name="facts">The call.</param>
    /// <param name="model">The model that it is for.</param>
    public InputEstimate FromCount(CallFacts facts, ModelPrice model)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(model);
        var family = FamilyOf(facts, model);
        if (!ReferenceEquals(family, TokenFamilies.OpenAi))
        {
            var (likely, most) = new FamilyPrompt(facts, family).Count(model.Model, CounterFor(null));
            return Counted(facts, model, family, likely, most, $"counted with o200k_base and scaled to {family.Name} ({family.Provenance})");
        }

        if (PromptText.IsPlain(facts))
        {
            return CountPlain(facts, model, family);
        }

        using var prompt = new OpenAiPrompt(facts, model.Model, CounterFor(model.Model));
        var (expected, slack) = prompt.Count();
        var upper = (((expected + slack) * OpenAiUpperPercent) + 99) / 100 + (facts.Format.Name == "openai-responses" ? ResponsesUpperFixed : OpenAiUpperFixed);
        return Counted(facts, model, family, expected, upper, "messages and tools are framed as recorded traffic shows for OpenAI");
    }

    /// <summary>The tokens, at most, of what the caller predicts of an answer; no part of the input.</summary>
    internal long Predicted(CallFacts facts, ModelPrice model, EstimateMethod method)
    {
        long tokens = 0;
        var (first, count) = facts.Predicted.GetOffsetAndLength(facts.Parts.Count);
        for (var i = first; i < first + count; i++)
        {
            tokens += method != EstimateMethod.Bytes && OpenAiModels.Counts(model.Model) ? PromptText.Count(facts, facts.Parts[i], CounterFor(model.Model)) : facts.Parts[i].Length;
        }

        return tokens;
    }

    // A model that is not known takes o200k_base, and so does whatever other families are scaled from.
    private ITokenCounter CounterFor(string? model) => o200k is null ? TokenCounters.For(model) : (TokenCounters.UsesCl100k(model) ? cl100k! : o200k).Value;

    private static TokenFamily FamilyOf(CallFacts facts, ModelPrice model) =>
        OpenAiModels.Counts(model.Model) ? TokenFamilies.OpenAi : TokenFamilies.For(model.Model, facts.Authority);

    /// <summary>Embeddings and legacy completions: nothing stands around the text, and each empty input counts as one.</summary>
    private InputEstimate CountPlain(CallFacts facts, ModelPrice model, TokenFamily family)
    {
        var counter = CounterFor(model.Model);
        long ids = 0, tokens = 0, inputs = 0;
        foreach (var part in facts.Parts)
        {
            if (part.Kind == PromptPartKind.TokenIds)
            {
                ids += TokenIds.Count(facts.Raw(part));
            }
            else if (PromptText.IsText(part.Kind))
            {
                tokens += Math.Max(1, PromptText.Count(facts, part, counter));
                inputs++;
            }
        }

        if (inputs == 0 && facts.Unknowable.Count == 0)
        {
            return WithinContext(facts, model, family, new TokenRange(ids, ids, ids), EstimateBasis.Exact, EstimateMethod.Counted, []);
        }

        var upper = ids + (((tokens * PlainUpperPerMille) + 999) / 1_000) + inputs;
        return Counted(facts, model, family, ids + tokens, upper, "each text is counted by itself");
    }

    private InputEstimate Counted(CallFacts facts, ModelPrice model, TokenFamily family, long expected, long upper, string reason)
    {
        // the bytes' bound is no guess, so where it is the lower one it is the one to use
        var bounded = UpperByBytes(facts, model, family, VisibleBytes(facts));
        expected = Math.Min(expected, bounded);
        return upper < bounded
            ? WithinContext(facts, model, family, new TokenRange(Math.Max(0, Math.Min(expected, (2 * expected) - upper)), expected, upper), EstimateBasis.Calibrated, EstimateMethod.Counted, [reason])
            : WithinContext(facts, model, family, new TokenRange(0, expected, bounded), EstimateBasis.Bounded, EstimateMethod.Counted, [reason]);
    }

    private InputEstimate WithinContext(CallFacts facts, ModelPrice model, TokenFamily family, TokenRange tokens, EstimateBasis basis, EstimateMethod method, string[] reasons)
    {
        var window = model.ContextTokens ?? LargestContext;
        if (PromptText.IsPlain(facts))
        {
            // each text has the window to itself
            window *= Math.Max(1, facts.Parts.Count);
        }

        var context = Math.Max(tokens.Expected, window);
        var unknowable = Unknowable(facts, model, family);
        if (unknowable.Count > 0)
        {
            reasons = [.. reasons, .. unknowable.Select(InputReasons.For), model.ContextTokens is null
                ? $"the context window of {model.Model} is not in the catalog, so {LargestContext} tokens stand for it"
                : $"the upper end is the context window of {model.Model}, {context} tokens"];
            var isBounded = !family.IsAgentic && !ToolRounds.MayBe(facts);
            if (!isBounded && unknowable.Contains(UnknowableInput.HostedTools)) reasons = [.. reasons, InputReasons.Unbounded];
            return new InputEstimate(tokens with { Upper = context }, isBounded ? EstimateBasis.Bounded : EstimateBasis.Calibrated, EstimateMethod.ContextWindow, reasons);
        }

        // what does not fit into the context window is refused by the provider, and not billed
        return tokens.Upper > context
            ? new InputEstimate(tokens with { Upper = context }, EstimateBasis.Bounded, method, [.. reasons, $"the upper end is the context window of {model.Model}, {context} tokens"])
            : new InputEstimate(tokens, basis, method, reasons);
    }

    /// <summary>Why the input cannot be known: what the format says, and pictures of which the size or the family's way is not known.</summary>
    private static IReadOnlyList<UnknowableInput> Unknowable(CallFacts facts, ModelPrice model, TokenFamily family)
    {
        var areKnown = Pictures.AreKnown(facts, family, model.Model);
        return areKnown && !family.IsAgentic
            ? facts.Unknowable
            : [.. facts.Unknowable.Union([.. areKnown ? [] : (UnknowableInput[])[UnknowableInput.Media], .. family.IsAgentic ? [UnknowableInput.HostedTools] : (UnknowableInput[])[]])];
    }

    /// <summary>A text has at most as many tokens as bytes; the frame around it is the family's.</summary>
    private static long UpperByBytes(CallFacts facts, ModelPrice model, TokenFamily family, long visible)
    {
        foreach (var part in facts.Parts)
        {
            visible += part.Kind == PromptPartKind.TokenIds ? TokenIds.Count(facts.Raw(part)) : 0;
        }

        visible += Pictures.Count(facts, family, model.Model).Upper;
        return visible + (long)decimal.Ceiling(new FamilyPrompt(facts, family).Overhead().Upper);
    }

    /// <summary>Bytes of all parts that are text. A tool's answer repeats its tool's name, so names of calls count twice.</summary>
    private static long VisibleBytes(CallFacts facts)
    {
        long bytes = 0;
        foreach (var part in facts.Parts)
        {
            if (PromptText.IsText(part.Kind))
            {
                bytes += part.Kind == PromptPartKind.ToolCallName ? 2L * part.Length : part.Length;
            }
        }

        return bytes;
    }
}
