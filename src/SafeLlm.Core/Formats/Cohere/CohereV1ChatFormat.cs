using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Cohere's chat, version 1: one message and a history, streamed as NDJSON.</summary>
internal sealed class CohereV1ChatFormat : JsonWireFormat
{
    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("message", Says(PromptRole.User)),
        ("preamble", Says(PromptRole.System)),
        ("chat_history", Array(Message(
            ("role", Of(Take.Role)),
            ("message", Part(PromptPartKind.Text)),
            ("tool_calls", Part(PromptPartKind.ToolCallArguments)),
            ("tool_results", Part(PromptPartKind.ToolResult))))),
        ("tool_results", Part(PromptPartKind.ToolResult)),
        ("documents", CohereMembers.Documents),
        ("tools", Part(PromptPartKind.ToolDeclarations)),
        ("response_format", Object(("schema", Part(PromptPartKind.ResponseSchema)))),
        ("conversation_id", Makes(UnknowableInput.ServerHistory)),
        ("connectors", Makes(UnknowableInput.HostedTools)),
        ("max_tokens", Of(Take.Bound)),
        ("stream", Of(Take.Streaming)));

    private static readonly ResponseRules Response = new(
        SkimNode.Of(
        [
            ("text", Skim.Text),
            ("finish_reason", Skim.Finish),
            .. CohereMembers.Counted("meta"),
            .. CohereMembers.Counted("response.meta"),
        ]),
        Billing.Cohere);

    /// <inheritdoc/>
    public override string Name => "cohere-v1-chat";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, "/v1/chat");

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => StreamEnding.Fixed(CohereMembers.StreamEnd, isEvents: false);

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts)
    {
        facts.Edits.BoundName = "max_tokens";
        facts.AsksForUsage = facts.IsStreaming;
    }
}
