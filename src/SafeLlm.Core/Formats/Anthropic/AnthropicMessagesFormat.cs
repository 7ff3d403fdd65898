using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Anthropic's Messages (C.5), also as Vertex serves them with the model in the path.</summary>
internal sealed class AnthropicMessagesFormat : JsonWireFormat
{
    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("system", AnthropicMembers.System),
        ("messages", Array(AnthropicMembers.Turn)),
        ("max_tokens", Of(Take.Bound)),
        ("inference_geo", Of(Take.PriceFactor)),
        ("speed", Of(Take.PriceFactor)),
        ("stream", Of(Take.Streaming)),
        ("thinking", Object(("budget_tokens", Of(Take.ThinkingBudget)))),
        ("tools", AnthropicMembers.Tools),
        ("tool_choice", Part(PromptPartKind.ToolChoice)),
        ("output_config", Object(("format", Object(("schema", Part(PromptPartKind.ResponseSchema)))))),
        ("output_format", Object(("schema", Part(PromptPartKind.ResponseSchema)))),
        ("context_management", AnthropicMembers.ContextManagement),
        ("compaction", AnthropicMembers.Compaction),
        ("mcp_servers", Makes(UnknowableInput.HostedTools)),
        ("container", Makes(UnknowableInput.ServerHistory)));

    private static readonly (string Path, Skim Field)[] Members =
    [
        ("container.id", Skim.Id),
        ("message.container.id", Skim.Id),
        ("delta.container.id", Skim.Id),
        ("model", Skim.Model),
        ("message.model", Skim.Model),
        .. AnthropicMembers.Errors,
        .. AnthropicMembers.Generated,
        .. AnthropicMembers.Counted("message.usage"),
        .. AnthropicMembers.Counted("usage"),
    ];

    private static readonly ResponseRules Response = new(SkimNode.Of(Members), Billing.Exclusive) { Tools = SkimNode.Of([.. Members, .. ToolUses.Anthropic]) };

    /// <inheritdoc/>
    public override string Name => "anthropic-messages";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    protected override bool ThinksWithinBound => true;

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => new AnthropicStreamEnding(facts);

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) =>
        Posts(target, "/v1/messages") || Posts(target, "/anthropic/messages") || IsOfVertex(target);

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts)
    {
        facts.Edits.BoundName = "max_tokens";
        // On Vertex the path chooses the model, whatever the body names.
        if (IsOfVertex(target)) facts.Model = PathModel.BeforeColon(target);
        facts.AsksForUsage = facts.IsStreaming;
    }

    private static bool IsOfVertex(in RequestTarget target) => Posts(target, ":rawPredict") || Posts(target, ":streamRawPredict");
}
