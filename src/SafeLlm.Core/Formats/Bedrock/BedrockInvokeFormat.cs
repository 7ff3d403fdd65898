using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>
/// Bedrock's InvokeModel and InvokeModelWithResponseStream (C.10): the body is the model's own, so all bodies that Bedrock
/// serves are known here together. Usage stands in the body, in the last chunk's metrics, or only in headers.
/// </summary>
internal sealed class BedrockInvokeFormat : JsonWireFormat
{
    // Anthropic's blocks, Amazon's blocks and OpenAI's parts differ in their members.
    private static readonly RequestShape Block = Object(
        ("type", OneOf(UnknowableInput.UnknownItems, "text", "image", "document", "tool_use", "tool_result", "thinking", "image_url")),
        ("text", Part(PromptPartKind.Text)),
        ("image_url", Part(PromptPartKind.Image, new MemberTable(("url", Part(PromptPartKind.Image))))),
        ("image", Object(("source", Object(("bytes", Part(PromptPartKind.Image)), ("s3Location", Makes(UnknowableInput.RemoteMedia)))))),
        ("video", Makes(UnknowableInput.Media)),
        ("audio", Makes(UnknowableInput.Media)),
        ("document", Makes(UnknowableInput.Media)),
        ("source", AnthropicMembers.Source),
        ("title", Part(PromptPartKind.Text)),
        ("context", Part(PromptPartKind.Text)),
        ("name", Part(PromptPartKind.ToolCallName)),
        ("input", Part(PromptPartKind.ToolCallArguments)),
        ("content", new() { Take = Take.Part, PartKind = PromptPartKind.ToolResult, Item = Object(("text", Part(PromptPartKind.Text))) }),
        ("thinking", Part(PromptPartKind.Text)),
        ("data", Makes(UnknowableInput.EncryptedReasoning)),
        ("toolUse", Object(("name", Part(PromptPartKind.ToolCallName)), ("input", Part(PromptPartKind.ToolCallArguments)))),
        ("toolResult", Object(("content", Part(PromptPartKind.ToolResult)))));

    private static readonly RequestShape Function = Object(
        ("name", Part(PromptPartKind.ToolCallName)),
        ("arguments", Part(PromptPartKind.ToolCallArguments)));

    private static readonly RequestShape Turn = Message(
        ("role", Of(Take.Role)),
        ("content", Part(PromptPartKind.Text, item: Block)),
        ("message", Part(PromptPartKind.Text)),
        ("tool_calls", Array(Object(("function", Function)))));

    private static readonly RequestShape Texts = OpenAiMembers.Prompts(areMultiplied: false);

    private static readonly RequestShape Root = Object(
        ("system", AnthropicMembers.System),
        ("messages|chat_history", Array(Turn)),
        ("prompt|inputText|message", Says(PromptRole.User)),
        ("preamble", Says(PromptRole.System)),
        ("texts", Texts),
        ("images|inputImage", Part(PromptPartKind.Image, item: Part(PromptPartKind.Image))),
        ("singleEmbeddingParams", Object(("text", Object(("value", Says(PromptRole.User)))), ("image", Makes(UnknowableInput.Media)), ("video", Makes(UnknowableInput.Media)), ("audio", Makes(UnknowableInput.Media)))),
        ("documents", Part(PromptPartKind.ToolResult)),
        ("max_tokens", Of(Take.Bound)),
        ("max_completion_tokens", Of(Take.Bound)),
        ("max_tokens_to_sample", Of(Take.Bound)),
        ("max_gen_len", Of(Take.Bound)),
        ("maxTokens", Of(Take.Bound)),
        ("inferenceConfig", Container(Take.BoundContainer, ("maxTokens", Of(Take.Bound)), ("max_new_tokens", Of(Take.Bound)))),
        ("textGenerationConfig", Container(Take.BoundContainer, ("maxTokenCount", Of(Take.Bound)))),
        ("num_generations", Of(Take.Choices)),
        ("numResults", Of(Take.Choices)),
        ("n", Of(Take.Choices)),
        ("thinking", Object(("budget_tokens", Of(Take.ThinkingBudget)))),
        ("tools", AnthropicMembers.Tools),
        ("tool_choice", Part(PromptPartKind.ToolChoice)),
        ("toolConfig", Object(("tools", Part(PromptPartKind.ToolDeclarations)), ("toolChoice", Part(PromptPartKind.ToolChoice)))),
        ("context_management", AnthropicMembers.ContextManagement),
        ("compaction", AnthropicMembers.Compaction),
        ("mcp_servers", Makes(UnknowableInput.HostedTools)));

    private static readonly (string Path, Skim Field)[] Answer =
    [
        ("model", Skim.Model),
        ("message.model", Skim.Model),
        ("__type", Skim.ErrorCode),
        .. AnthropicMembers.Generated,
        .. AnthropicMembers.Counted("message.usage"),
        .. AnthropicMembers.Counted("usage"),
        // not the total: beside these names Bedrock counts for itself, in headers
        .. OpenAiMembers.Counted("usage").Where(member => member.Field != Skim.Total),
        .. BedrockMembers.Counted("usage"),
        ("choices[].message.content", Skim.Text),
        ("choices[].delta.content", Skim.Text),
        ("choices[].finish_reason", Skim.Finish),
        // Nova
        ("output.message.content[].text", Skim.Text),
        ("contentBlockDelta.delta.text", Skim.Text),
        ("messageStop.stopReason", Skim.Finish),
        ("metadata.usage.inputTokens", Skim.Input),
        ("metadata.usage.outputTokens", Skim.Output),
        // Titan
        ("inputTextTokenCount", Skim.Input),
        ("results[].tokenCount", Skim.OutputPart),
        ("results[].outputText", Skim.Text),
        ("outputText", Skim.Text),
        ("totalOutputTextTokenCount", Skim.Output),
        ("completionReason", Skim.Finish),
        // Llama
        ("prompt_token_count", Skim.Input),
        ("generation_token_count", Skim.Output),
        ("generation", Skim.Text),
        // Cohere, Mistral
        ("generations[].text", Skim.Text),
        ("generations[].finish_reason", Skim.Finish),
        ("outputs[].text", Skim.Text),
        ("outputs[].stop_reason", Skim.Finish),
        ("text", Skim.Text),
        ("finish_reason", Skim.Finish),
        // Bedrock's own, in the last chunk of every stream
        ("amazon-bedrock-invocationMetrics", Skim.End),
        ("amazon-bedrock-invocationMetrics.inputTokenCount", Skim.Input),
        ("amazon-bedrock-invocationMetrics.outputTokenCount", Skim.Output),
        ("amazon-bedrock-invocationMetrics.cacheReadInputTokenCount", Skim.CachedInput),
        ("amazon-bedrock-invocationMetrics.cacheWriteInputTokenCount", Skim.CacheWrite),
    ];

    private static readonly ResponseRules Response = new(SkimNode.Of([.. Answer, ("bytes", Skim.Nested)]), Billing.Invoke)
    {
        Nested = SkimNode.Of(Answer),
        Headers =
        [
            ("x-amzn-bedrock-input-token-count", Skim.Input),
            ("x-amzn-bedrock-output-token-count", Skim.Output),
            ("x-amzn-bedrock-cache-read-input-token-count", Skim.CachedInput),
            ("x-amzn-bedrock-cache-write-input-token-count", Skim.CacheWrite),
        ],
    };

    /// <inheritdoc/>
    public override string Name => "bedrock-invoke";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    protected override bool ThinksWithinBound => true;

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => new InvokeStreamEnding(facts);

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) =>
        target.Path.Contains("/model/", StringComparison.Ordinal) && (Posts(target, "/invoke") || Posts(target, "/invoke-with-response-stream"));

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts)
    {
        facts.Model = PathModel.AfterModel(target);
        if (BedrockMembers.IsPrompt(facts.Model)) facts.Add(UnknowableInput.ServerHistory);
        facts.IsStreaming = Posts(target, "/invoke-with-response-stream");
        facts.AsksForUsage = facts.IsStreaming;
        if (InvokeBounds.Find(facts.Model) is not { } bound) return;
        facts.Edits.BoundName = bound.Name;
        facts.Edits.BoundContainerName = bound.Container;
    }
}
