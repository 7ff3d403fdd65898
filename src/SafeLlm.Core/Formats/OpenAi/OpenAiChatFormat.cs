using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>
/// Chat completions as OpenAI defined them and many services speak them (openai-openapi 2.3.0; <c>wire-formats.md</c> C.1, C.4).
/// </summary>
internal sealed class OpenAiChatFormat : JsonWireFormat
{
    private static readonly RequestShape ContentPart = Object(
        ("type", OneOf(UnknowableInput.UnknownItems, "text", "image_url", "input_audio", "file", "refusal", "document_url", "video_url", "thinking")),
        ("text", Part(PromptPartKind.Text)),
        ("refusal", Part(PromptPartKind.Text)),
        ("image_url", Part(PromptPartKind.Image, new MemberTable(("url", Part(PromptPartKind.Image)), ("detail", Of(Take.Detail))))),
        ("document_url", Part(PromptPartKind.File, new MemberTable(("url", Part(PromptPartKind.File))))),
        ("video_url", Part(PromptPartKind.File, new MemberTable(("url", Part(PromptPartKind.File))))),
        ("input_audio", Part(PromptPartKind.Audio, new MemberTable(("data", Part(PromptPartKind.Audio))))),
        ("file", Object(("file_data", Part(PromptPartKind.File)), ("file_id", Makes(UnknowableInput.RemoteMedia)))),
        ("thinking", Part(PromptPartKind.Text, item: Object(("text", Part(PromptPartKind.Text))))));

    private static readonly RequestShape Content = Part(PromptPartKind.Text, item: new()
    {
        Take = Take.Part,
        PartKind = PromptPartKind.Text,
        Members = ContentPart.Members,
    });

    private static readonly RequestShape Function = Object(
        ("name", Part(PromptPartKind.ToolCallName)),
        ("arguments", Part(PromptPartKind.ToolCallArguments)),
        ("input", Part(PromptPartKind.ToolCallArguments)));

    private static readonly RequestShape Message = RequestShape.Message(
        ("role", Of(Take.Role)),
        ("content", Content),
        ("name", Part(PromptPartKind.Name)),
        ("refusal", Part(PromptPartKind.Text)),
        ("reasoning", Part(PromptPartKind.Text)),
        ("reasoning_content", Part(PromptPartKind.Text)),
        ("reasoning_details", Array(Object(
            ("text", Part(PromptPartKind.Text)),
            ("summary", Part(PromptPartKind.Text)),
            ("data", Makes(UnknowableInput.EncryptedReasoning))))),
        ("audio", Makes(UnknowableInput.ServerHistory)),
        ("tool_calls", Array(Object(("function", Function), ("custom", Function)))),
        ("function_call", Function));

    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("messages", Array(Message)),
        // in the place of messages (OpenRouter)
        ("prompt", OpenAiMembers.Prompts(areMultiplied: false)),
        // what the answer may cite, put before the messages (Groq, vLLM)
        ("documents", new() { Take = Take.Part, PartKind = PromptPartKind.ToolResult, Speaker = PromptRole.Tool }),
        ("max_tokens", Of(Take.Bound)),
        ("max_completion_tokens", Of(Take.Bound)),
        ("n", Of(Take.Choices)),
        ("prediction", Container(
            Take.Prediction,
            ("content", Part(PromptPartKind.Text, item: Object(
                ("type", OneOf(UnknowableInput.UnknownItems, "text")),
                ("text", Part(PromptPartKind.Text))))))),
        ("service_tier", Of(Take.ServiceTier)),
        ("stream", Of(Take.Streaming)),
        ("stream_options", Container(Take.UsageContainer, ("include_usage", Of(Take.IncludeUsage)))),
        ("tools", Part(PromptPartKind.ToolDeclarations, item: Object(("type", OneOf(UnknowableInput.HostedTools, "function", "custom"))))),
        ("functions", Part(PromptPartKind.ToolDeclarations)),
        ("tool_choice", Part(PromptPartKind.ToolChoice)),
        ("function_call", Part(PromptPartKind.ToolChoice)),
        ("response_format", Object(("json_schema", Part(PromptPartKind.ResponseSchema)))),
        ("web_search_options", Makes(UnknowableInput.HostedTools)),
        // xAI's Live Search: it searches unless it is told not to
        ("search_parameters", Makes(UnknowableInput.HostedTools, ("mode", Of(Take.Mode)))),
        // Azure's "on your data"
        ("data_sources|dataSources", Makes(UnknowableInput.HostedTools)),
        // Mistral's agents, which bring a prompt of their own
        ("agent_id", Makes(UnknowableInput.ServerHistory)),
        ("plugins", Makes(UnknowableInput.HostedTools)),
        // models that OpenRouter may call instead, and a prompt that it holds
        ("models", Array(Of(Take.OtherModel))),
        ("preset", Makes(UnknowableInput.ServerHistory)));

    private static readonly (string Path, Skim Field)[] Members =
    [
        ("id", Skim.Id),
        ("choices[].message.audio.id", Skim.Id),
        ("choices[].delta.audio.id", Skim.Id),
        ("model", Skim.Model),
        ("service_tier", Skim.ServiceTier),
        ("choices[].finish_reason", Skim.Finish),
        .. OpenAiMembers.Errors,
        .. OpenAiMembers.Generated("choices[].delta"),
        .. OpenAiMembers.Generated("choices[].message"),
        .. OpenAiMembers.Counted("usage"),
        .. OpenAiMembers.Counted("x_groq.usage"),
    ];

    private static readonly ResponseRules Response = new(SkimNode.Of(Members), Billing.Inclusive)
    {
        Choices = SkimNode.Of([.. Members, .. ToolUses.Chat, ("choices[]", Skim.Choice), ("choices[].index", Skim.ChoiceIndex)]),
        Tools = SkimNode.Of([.. Members, .. ToolUses.Chat]),
    };

    /// <inheritdoc/>
    public override string Name => "openai-chat";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) =>
        Posts(target, "/chat/completions") || Posts(target, "/agents/completions") || (target.Method == "POST" && ChatServices.HasOwnPath(target));

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Edit(CallFacts facts, RequestEdit edit) =>
        RequestEditor.Edit(facts, edit, usageContainer: "stream_options", usageMember: "include_usage");

    /// <inheritdoc/>
    public override StreamFilter? CreateUsageFilter() => new UsageChunkFilter();

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => new ChatStreamEnd(facts, isText: false);

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts)
    {
        Regions.Add(target, facts);
        facts.Edits.BoundName = ChatServices.BoundName(target, facts.Model);
        facts.Edits.ReadsBoundNameOnly = ChatServices.ReadsBoundNameOnly(target);
        facts.AsksForUsage |= facts.IsStreaming && ChatServices.AlwaysSendsUsage(target);
        facts.Model = AzureDeployment.Of(target) ?? facts.Model;
    }
}
