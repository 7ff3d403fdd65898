using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tests.Formats;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

/// <summary>A recorded call that reported its input, beside what was estimated of it.</summary>
/// <param name="Recording">The recording.</param>
/// <param name="Facts">What was read from the request.</param>
/// <param name="Reported">All input tokens that the provider reported, cached ones included.</param>
/// <param name="Estimate">The estimate, by counting.</param>
internal sealed record RecordedCall(Recording Recording, CallFacts Facts, long Reported, InputEstimate Estimate)
{
    private static readonly PromptEstimator Estimator = new();
    private static readonly Lazy<IReadOnlyList<RecordedCall>> Loaded = new(() => [.. Load()]);

    /// <summary>All recorded calls with an answer and a reported input.</summary>
    public static IReadOnlyList<RecordedCall> All => Loaded.Value;

    public bool IsEstimable => Estimate.Method != EstimateMethod.ContextWindow;

    public bool IsClaude => Facts.Model?.Contains("claude", StringComparison.Ordinal) == true;

    /// <summary>OpenAI's models at OpenAI or Azure.</summary>
    public bool IsOpenAi => Recording.Provider is "azure-openai" or "openai-chat" or "openai-responses" or "openai-embeddings" or "openai-completions" && OpenAiModels.Counts(Facts.Model ?? "");

    public long Error => Math.Abs(Estimate.Tokens.Expected - Reported);

    public bool IsUnder => Reported > Estimate.Tokens.Upper;

    /// <summary>What stands in the request beside text: tools, turns (of tools), schema, media.</summary>
    public string Class
    {
        get
        {
            var kinds = Facts.Parts.Select(part => part.Kind).ToHashSet();
            return string.Join('+', new[]
            {
                Facts.Parts.Any(part => part.Kind == PromptPartKind.ToolDeclarations && part.Length > 2) ? "tools" : null,
                kinds.Contains(PromptPartKind.ToolCallName) || kinds.Contains(PromptPartKind.ToolResult) ? "turns" : null,
                kinds.Contains(PromptPartKind.ResponseSchema) ? "schema" : null,
                kinds.Contains(PromptPartKind.Image) || kinds.Contains(PromptPartKind.Audio) || kinds.Contains(PromptPartKind.File) ? "media" : null,
            }.OfType<string>());
        }
    }

    public override string ToString() => $"{Recording.Id} {Facts.Format.Name} {Facts.Model} {Class}: reported {Reported}, estimated {Estimate.Tokens}";

    private static IEnumerable<RecordedCall> Load()
    {
        foreach (var recording in Recording.All)
        {
            if (recording.Head.Status != 200 || recording.ReportedTotalInput is not { } reported
                || WireFormats.Default.Read(recording.Target, recording.Request) is not RequestReading.Call { Facts: { } facts })
            {
                continue;
            }

            var price = ModelCatalog.Embedded.TryFind(facts.Model ?? "", out var known) ? known : new ModelPrice(facts.Model ?? "", 1, 1);
            yield return new RecordedCall(recording, facts, reported, Estimator.FromCount(facts, price));
        }
    }
}
