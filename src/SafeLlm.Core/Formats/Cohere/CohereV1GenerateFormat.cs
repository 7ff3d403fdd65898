using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Cohere's legacy completions, where several generations multiply the bound.</summary>
internal sealed class CohereV1GenerateFormat : JsonWireFormat
{
    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("prompt", Says(PromptRole.User)),
        ("max_tokens", Of(Take.Bound)),
        ("num_generations", Of(Take.Choices)),
        ("stream", Of(Take.Streaming)));

    private static readonly ResponseRules Response = new(
        SkimNode.Of(
        [
            ("text", Skim.Text),
            ("generations[].text", Skim.Text),
            ("finish_reason", Skim.Finish),
            .. CohereMembers.Counted("meta"),
            .. CohereMembers.Counted("response.meta"),
        ]),
        Billing.Cohere);

    /// <inheritdoc/>
    public override string Name => "cohere-v1-generate";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, "/v1/generate");

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => StreamEnding.Fixed(CohereMembers.StreamEnd, isEvents: false);

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts)
    {
        facts.Edits.BoundName = "max_tokens";
        facts.AsksForUsage = facts.IsStreaming;
    }
}
