using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Bedrock's Converse and ConverseStream (C.10).</summary>
internal sealed class BedrockConverseFormat : JsonWireFormat
{
    private static readonly RequestShape Picture = Object(("source", Source(PromptPartKind.Image)));

    // Sound and film, whatever their bytes begin like.
    private static readonly RequestShape Film = Object(("source", Source(PromptPartKind.File)));

    // also a document of text: the model reads it with what the service puts around it
    private static readonly RequestShape Document = Object(("source", Source(PromptPartKind.File)), ("name", Part(PromptPartKind.Text)), ("format", Makes(UnknowableInput.Media)));

    private static readonly RequestShape Block = Object(
        ("text", Part(PromptPartKind.Text)),
        ("image", Picture),
        ("document", Document),
        ("video", Film),
        ("audio", Film),
        ("toolUse", Object(
            ("name", Part(PromptPartKind.ToolCallName)),
            ("input", Part(PromptPartKind.ToolCallArguments)))),
        ("toolResult", Object(("content", Array(Object(
            ("text", Part(PromptPartKind.ToolResult)),
            ("json", Part(PromptPartKind.ToolResult)),
            ("image", Picture),
            ("document", Document),
            ("video", Film),
            ("searchResult", Makes(UnknowableInput.UnknownItems))))))),
        ("reasoningContent", Object(
            ("reasoningText", Object(("text", Part(PromptPartKind.Text)))),
            ("redactedContent", Makes(UnknowableInput.EncryptedReasoning)))),
        ("guardContent", Object(("text", Object(("text", Part(PromptPartKind.Text)))))),
        ("citationsContent", Makes(UnknowableInput.UnknownItems)),
        ("searchResult", Makes(UnknowableInput.UnknownItems)));

    private static readonly RequestShape Thinking = Object(("budget_tokens", Of(Take.ThinkingBudget)));

    private static readonly RequestShape Root = Object(
        ("system", Says(PromptRole.System, item: Block)),
        ("messages", Array(Message(("role", Of(Take.Role)), ("content", Array(Block))))),
        ("inferenceConfig", Container(Take.BoundContainer, ("maxTokens", Of(Take.Bound)))),
        ("toolConfig", Object(
            ("tools", Part(PromptPartKind.ToolDeclarations, item: Object(("systemTool", Makes(UnknowableInput.HostedTools))))),
            ("toolChoice", Part(PromptPartKind.ToolChoice)))),
        ("outputConfig", Object(("textFormat", Object(("structure", Object(("jsonSchema", Part(PromptPartKind.ResponseSchema)))))))),
        // the model's own members: some of them bound the output too, some are a part of the prompt
        ("additionalModelRequestFields", Open(
            ("max_tokens", Of(Take.Bound)),
            ("inferenceConfig", Object(("maxTokens", Of(Take.Bound)))),
            ("tools", AnthropicMembers.Tools),
            ("tool_choice", Part(PromptPartKind.ToolChoice)),
            ("mcp_servers", Makes(UnknowableInput.HostedTools)),
            ("context_management", AnthropicMembers.ContextManagement),
            ("output_config", Object(("format", Object(("schema", Part(PromptPartKind.ResponseSchema)))))),
            ("thinking", Thinking),
            ("reasoning_config", Thinking))),
        ("serviceTier", Object(("type", Of(Take.ServiceTier)))),
        ("promptVariables", Makes(UnknowableInput.ServerHistory)));

    private static readonly ResponseRules Response = new(
        SkimNode.Of(
        [
            ("output.message.content[].text", Skim.Text),
            ("output.message.content[].reasoningContent.reasoningText.text", Skim.Text),
            ("delta.text", Skim.Text),
            ("delta.toolUse.input", Skim.Text),
            ("delta.reasoningContent.text", Skim.Text),
            ("stopReason", Skim.Finish),
            ("serviceTier.type", Skim.ServiceTier),
            ("metrics", Skim.End),
            ("__type", Skim.ErrorCode),
            .. BedrockMembers.Counted("usage"),
        ]),
        Billing.Exclusive);

    /// <inheritdoc/>
    public override string Name => "bedrock-converse";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    protected override bool ThinksWithinBound => true;

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => new ConverseStreamEnding();

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, "/converse") || Posts(target, "/converse-stream");

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts)
    {
        facts.Model = PathModel.AfterModel(target);
        if (BedrockMembers.IsPrompt(facts.Model)) facts.Add(UnknowableInput.ServerHistory);
        facts.IsStreaming = Posts(target, "/converse-stream");
        facts.AsksForUsage = facts.IsStreaming;
        facts.Edits.BoundName = "maxTokens";
        facts.Edits.BoundContainerName = "inferenceConfig";
    }

    private static RequestShape Source(PromptPartKind kind) => Object(
        ("bytes", Part(kind)),
        ("text", Part(PromptPartKind.Text)),
        ("content", Array(Object(("text", Part(PromptPartKind.Text))))),
        ("s3Location", Makes(UnknowableInput.RemoteMedia)));
}
