using SafeLlm.Formats;
using SafeLlm.Pricing;

namespace SafeLlm.Tokens;

/// <summary>Estimates the input tokens of a request from its facts. Thread-safe.</summary>
public sealed class PromptEstimator
{
    // around a message: its frame, its role, a name's mark, and what a tool's answer repeats
    private const int BytesAroundMessage = 16;

    // in at least 95 % of the recorded calls of OpenAI's classes this held; it held in all chat calls
    private const long OpenAiUpperPercent = 104;
    private const long OpenAiUpperFixed = 12;

    /// <summary>
    /// What stands for the context window of a model whose own is not known, in tokens; 10,000,000 unless set, the largest
    /// that any provider sells.
    /// </summary>
    public long LargestContext { get; init; } = 10_000_000;

    /// <summary>From the bytes alone: no tokenizer is loaded, the upper end is bounded.</summary>
    /// <param name="facts">The call.</param>
    /// <param name="model">The model that it is for.</param>
    public InputEstimate FromBytes(CallFacts facts, ModelPrice model)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(model);
        var visible = VisibleBytes(facts);
        var upper = UpperByBytes(facts, model, visible);
        var lower = (visible + VocabularyData.LongestToken - 1) / VocabularyData.LongestToken;

        // English prose has four to five bytes a token, everything else fewer
        var expected = Math.Clamp((visible / 4) + (8L * facts.Messages), lower, upper);
        return WithinContext(facts, model, new TokenRange(lower, expected, upper), EstimateBasis.Bounded, EstimateMethod.Bytes, []);
    }

    /// <summary>By counting tokens.</summary>
    /// <param name="facts">The call.</param>
    /// <param name="model">The model that it is for.</param>
    public InputEstimate FromCount(CallFacts facts, ModelPrice model)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(model);
        return OpenAiModels.Counts(model.Model) ? CountOpenAi(facts, model) : CountFamily(facts, model);
    }

    private InputEstimate CountOpenAi(CallFacts facts, ModelPrice model)
    {
        using var prompt = new OpenAiPrompt(facts, model.Model, TokenCounters.For(model.Model));
        var (expected, slack) = prompt.Count();
        var upper = (((expected + slack) * OpenAiUpperPercent) + 99) / 100 + OpenAiUpperFixed;
        return Counted(facts, model, expected, upper, "messages and tools are framed as recorded traffic shows for OpenAI");
    }

    private InputEstimate CountFamily(CallFacts facts, ModelPrice model)
    {
        var family = TokenFamilies.For(model.Model);
        long tokens = 0, expectedFixed = family.Fixed, upperFixed = family.FixedUpper;
        foreach (var part in facts.Parts)
        {
            if (PromptText.IsText(part.Kind))
            {
                tokens += PromptText.Count(facts, part, TokenCounters.O200kBase);
            }

            switch (part.Kind)
            {
                case PromptPartKind.ToolDeclarations:
                    expectedFixed += family.ToolsFixed;
                    upperFixed += family.ToolsFixedUpper;
                    break;
                case PromptPartKind.ToolChoice:
                    expectedFixed += family.ForcedTool;
                    upperFixed += family.ForcedTool;
                    break;
                case PromptPartKind.ToolCallName:
                    expectedFixed += family.PerToolCall;
                    upperFixed += family.PerToolCallUpper;
                    break;
                case PromptPartKind.ResponseSchema:
                    expectedFixed += family.SchemaFixed;
                    upperFixed += family.SchemaFixedUpper;
                    break;
            }
        }

        var frames = (long)family.PerMessage * facts.Messages;
        var expected = Scale(tokens, family.Slope) + frames + expectedFixed;
        var upper = Scale(tokens, family.UpperSlope) + frames + upperFixed;
        return Counted(facts, model, expected, upper, $"counted with o200k_base and scaled to {family.Name} ({family.Provenance})");
    }

    private InputEstimate Counted(CallFacts facts, ModelPrice model, long expected, long upper, string reason)
    {
        // the bytes' bound is no guess, so where it is the lower one it is the one to use
        var bounded = UpperByBytes(facts, model, VisibleBytes(facts));
        expected = Math.Min(expected, bounded);
        return upper < bounded
            ? WithinContext(facts, model, new TokenRange(Math.Max(0, Math.Min(expected, (2 * expected) - upper)), expected, upper), EstimateBasis.Calibrated, EstimateMethod.Counted, [reason])
            : WithinContext(facts, model, new TokenRange(0, expected, bounded), EstimateBasis.Bounded, EstimateMethod.Counted, [reason]);
    }

    private InputEstimate WithinContext(CallFacts facts, ModelPrice model, TokenRange tokens, EstimateBasis basis, EstimateMethod method, string[] reasons)
    {
        var context = Math.Max(tokens.Expected, model.ContextTokens ?? LargestContext);
        if (facts.Unknowable.Count > 0)
        {
            reasons = [.. reasons, .. facts.Unknowable.Select(InputReasons.For), model.ContextTokens is null
                ? $"the context window of {model.Model} is not in the catalog, so {LargestContext} tokens stand for it"
                : $"the upper end is the context window of {model.Model}, {context} tokens"];
            return new InputEstimate(tokens with { Upper = context }, EstimateBasis.Bounded, EstimateMethod.ContextWindow, reasons);
        }

        // what does not fit into the context window is refused by the provider, and not billed
        return tokens.Upper > context
            ? new InputEstimate(tokens with { Upper = context }, EstimateBasis.Bounded, method, [.. reasons, $"the upper end is the context window of {model.Model}, {context} tokens"])
            : new InputEstimate(tokens, basis, method, reasons);
    }

    /// <summary>A text has at most as many tokens as bytes; the frame around it is the family's.</summary>
    private static long UpperByBytes(CallFacts facts, ModelPrice model, long visible)
    {
        var upper = visible + ((long)BytesAroundMessage * facts.Messages);
        var isOpenAi = OpenAiModels.Counts(model.Model);
        var family = isOpenAi ? TokenFamilies.OpenAi : TokenFamilies.For(model.Model);
        upper += family.FixedUpper;
        foreach (var part in facts.Parts)
        {
            upper += part.Kind switch
            {
                PromptPartKind.ToolDeclarations => family.ToolsFixedUpper,
                PromptPartKind.ToolChoice => family.ForcedTool,
                PromptPartKind.ResponseSchema => family.SchemaFixedUpper,
                PromptPartKind.ToolCallName => family.PerToolCallUpper,
                _ => 0,
            };
        }

        return upper;
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

    private static long Scale(long tokens, decimal slope) => (long)decimal.Ceiling(tokens * slope);
}
