using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Anthropic's legacy completions, which report no usage.</summary>
internal sealed class AnthropicCompleteFormat : JsonWireFormat
{
    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("prompt", Says(PromptRole.User)),
        ("max_tokens_to_sample", Of(Take.Bound)),
        ("stream", Of(Take.Streaming)));

    private static readonly ResponseRules Response = new(
        SkimNode.Of([("model", Skim.Model), .. AnthropicMembers.Errors, .. AnthropicMembers.Generated, .. AnthropicMembers.Counted("usage")]),
        Billing.Exclusive);

    /// <inheritdoc/>
    public override string Name => "anthropic-complete";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, "/v1/complete");

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => StreamEnding.Fixed("event: completion\ndata: {\"type\":\"completion\",\"completion\":\"\",\"stop_reason\":\"max_tokens\",\"stop\":null}\n\n"u8.ToArray());

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts)
    {
        facts.Edits.BoundName = "max_tokens_to_sample";
        facts.AsksForUsage = facts.IsStreaming;
    }
}
