using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Cohere's chat, version 2.</summary>
internal sealed class CohereV2ChatFormat : JsonWireFormat
{
    private static readonly RequestShape ContentPart = Object(
        ("type", OneOf(UnknowableInput.Media, "text", "thinking", "image_url")),
        ("text", Part(PromptPartKind.Text)),
        ("thinking", Part(PromptPartKind.Text)),
        ("image_url", Part(PromptPartKind.Image, new MemberTable(("url", Part(PromptPartKind.Image))))),
        ("document", CohereMembers.Documents));

    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("messages", Array(Message(
            ("role", Of(Take.Role)),
            ("content", Part(PromptPartKind.Text, item: ContentPart)),
            ("tool_plan", Part(PromptPartKind.Text)),
            ("tool_calls", Array(Object(("function", Object(
                ("name", Part(PromptPartKind.ToolCallName)),
                ("arguments", Part(PromptPartKind.ToolCallArguments)))))))))),
        ("documents", CohereMembers.Documents),
        ("tools", Part(PromptPartKind.ToolDeclarations)),
        ("tool_choice", Part(PromptPartKind.ToolChoice)),
        ("response_format", Object(("json_schema|schema", Part(PromptPartKind.ResponseSchema)))),
        ("max_tokens", Of(Take.Bound)),
        ("thinking", Object(("token_budget", Of(Take.ThinkingBudget)))),
        ("stream", Of(Take.Streaming)));

    private static readonly ResponseRules Response = new(
        SkimNode.Of(
        [
            ("message.content[].text", Skim.Text),
            ("delta.message.content.text", Skim.Text),
            ("delta.message.content.thinking", Skim.Text),
            ("delta.message.tool_plan", Skim.Text),
            ("delta.message.tool_calls.function.arguments", Skim.Text),
            ("finish_reason", Skim.Finish),
            ("delta.finish_reason", Skim.Finish),
            ("delta.error", Skim.Error),
            .. CohereMembers.Counted("usage"),
            .. CohereMembers.Counted("delta.usage"),
        ]),
        Billing.Cohere);

    /// <inheritdoc/>
    public override string Name => "cohere-v2-chat";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => StreamEnding.Fixed("event: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"MAX_TOKENS\"}}\n\n"u8.ToArray());

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, "/v2/chat");

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts)
    {
        facts.Edits.BoundName = "max_tokens";
        facts.AsksForUsage = facts.IsStreaming;
    }
}
