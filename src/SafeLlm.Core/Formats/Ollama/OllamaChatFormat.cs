using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>Ollama's own chat, which streams NDJSON unless told otherwise.</summary>
internal sealed class OllamaChatFormat : JsonWireFormat
{
    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("messages", Array(Message(
            ("role", Of(Take.Role)),
            ("content", Part(PromptPartKind.Text)),
            ("thinking", Part(PromptPartKind.Text)),
            ("images", OllamaMembers.Images),
            ("tool_name|name", Part(PromptPartKind.Name)),
            ("tool_calls", Array(Object(("function", Object(
                ("name", Part(PromptPartKind.ToolCallName)),
                ("arguments", Part(PromptPartKind.ToolCallArguments)))))))))),
        ("tools", Part(PromptPartKind.ToolDeclarations)),
        ("format", OllamaMembers.Format),
        ("options", OllamaMembers.Options),
        ("stream", Of(Take.Streaming)));

    /// <inheritdoc/>
    public override string Name => "ollama-api-chat";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => OllamaMembers.Response;

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => StreamEnding.Fixed("{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"length\"}\n"u8.ToArray(), isEvents: false);

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, "/api/chat");

    /// <inheritdoc/>
    protected override void Prepare(in RequestTarget target, RequestFacts facts) => OllamaMembers.Prepare(facts);

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts) => OllamaMembers.Complete(facts);
}
