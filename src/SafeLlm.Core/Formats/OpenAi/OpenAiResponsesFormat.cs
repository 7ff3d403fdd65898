using System.Collections.Frozen;
using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>OpenAI's Responses (C.2), also served by xAI, DeepSeek, Azure and others.</summary>
internal sealed class OpenAiResponsesFormat : JsonWireFormat
{
    private static readonly RequestShape ContentPart = new()
    {
        Take = Take.Part,
        PartKind = PromptPartKind.Text,
        Members = new MemberTable(
            ("type", OneOf(UnknowableInput.UnknownItems, "input_text", "output_text", "refusal", "input_image", "input_file", "input_audio", "summary_text", "reasoning_text", "text")),
            ("text", Part(PromptPartKind.Text)),
            ("refusal", Part(PromptPartKind.Text)),
            ("image_url", Part(PromptPartKind.Image)),
            ("detail", Of(Take.Detail)),
            ("file_data", Part(PromptPartKind.File)),
            ("file_url", Makes(UnknowableInput.RemoteMedia)),
            ("file_id", Makes(UnknowableInput.RemoteMedia)),
            ("input_audio", Object(("data", Part(PromptPartKind.Audio))))),
    };

    private static readonly RequestShape Output = new()
    {
        Take = Take.Part,
        PartKind = PromptPartKind.ToolResult,
        Item = Object(
            ("type", OneOf(UnknowableInput.UnknownItems, "input_text", "input_image", "input_file")),
            ("text", Part(PromptPartKind.ToolResult)),
            ("image_url", Part(PromptPartKind.Image)),
            ("detail", Of(Take.Detail)),
            ("file_data", Part(PromptPartKind.File)),
            ("file_url", Makes(UnknowableInput.RemoteMedia)),
            ("file_id", Makes(UnknowableInput.RemoteMedia))),
    };

    private static readonly RequestShape Text = Part(PromptPartKind.Text, item: ContentPart);

    private static readonly RequestShape Item = Message(
        ("type", new()
        {
            Take = Take.Kind,
            Reason = UnknowableInput.UnknownItems,
            Known = FrozenSet.Create(StringComparer.Ordinal, "message", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output"),
            ReplayedReasoning = "reasoning",
        }),
        ("role", Of(Take.Role)),
        ("content", Text),
        ("name", Part(PromptPartKind.ToolCallName)),
        ("arguments", Part(PromptPartKind.ToolCallArguments)),
        ("input", Part(PromptPartKind.ToolCallArguments)),
        ("output", Output),
        ("summary", Text),
        ("encrypted_content", Makes(UnknowableInput.EncryptedReasoning)));

    private static readonly RequestShape Root = Object(
        ("model", Of(Take.Model)),
        ("instructions", Says(PromptRole.System)),
        ("input", Says(PromptRole.User, item: Item)),
        ("max_output_tokens", Of(Take.Bound)),
        ("stream", Of(Take.Streaming)),
        ("background", Of(Take.Background)),
        ("service_tier", Of(Take.ServiceTier)),
        ("previous_response_id", Makes(UnknowableInput.ServerHistory)),
        ("conversation", Makes(UnknowableInput.ServerHistory)),
        ("prompt", Makes(UnknowableInput.ServerHistory)),
        ("tools", Part(PromptPartKind.ToolDeclarations, item: Object(("type", OneOf(UnknowableInput.HostedTools, "function", "custom"))))),
        ("tool_choice", Part(PromptPartKind.ToolChoice)),
        ("parallel_tool_calls", Part(PromptPartKind.SerialTools)),
        ("text", Object(("format", Object(
            ("name", Part(PromptPartKind.Name)),
            ("description", Part(PromptPartKind.Text)),
            ("schema", Part(PromptPartKind.ResponseSchema)))))));

    private static readonly (string Path, Skim Field)[] Members =
    [
        ("id", Skim.Id),
        ("response.id", Skim.Id),
        ("conversation.id", Skim.Id),
        ("response.conversation.id", Skim.Id),
        .. Kept("output[]"),
        .. Kept("item"),
        .. Kept("response.output[]"),
        ("model", Skim.Model),
        ("response.model", Skim.Model),
        ("service_tier", Skim.ServiceTier),
        ("response.service_tier", Skim.ServiceTier),
        ("status", Skim.Status),
        ("response.status", Skim.Status),
        // text, arguments, refusals and reasoning all come as "delta"
        ("delta", Skim.Text),
        ("output[].content[].text", Skim.Text),
        ("output[].arguments", Skim.Text),
        .. OpenAiMembers.ErrorObject,
        // An event of an error has both flat in itself; the code that an interpreter runs is called code too.
        ("message", Skim.Error),
        ("code", Skim.CodeOfError),
        ("response.error", Skim.Error),
        ("response.error.code", Skim.ErrorCode),
        .. Counted("usage"),
        .. Counted("response.usage"),
    ];

    private static readonly ResponseRules Response = new(SkimNode.Of(Members), Billing.Inclusive) { Tools = SkimNode.Of([.. Members, .. ToolUses.Responses]) };

    /// <inheritdoc/>
    public override string Name => "openai-responses";

    /// <inheritdoc/>
    public override RequestShape Shape => Root;

    /// <inheritdoc/>
    public override ResponseRules Rules => Response;

    /// <inheritdoc/>
    public override StreamEnding? CreateStreamEnding(CallFacts facts) => StreamEnding.Fixed(ResponsesStreamEnd.Of(facts));

    /// <inheritdoc/>
    public override bool Recognises(in RequestTarget target) => Posts(target, "/responses") || Posts(target, "/responses/compact");

    /// <inheritdoc/>
    protected override void Complete(in RequestTarget target, RequestFacts facts)
    {
        facts.Edits.BoundName = "max_output_tokens";
        Regions.Add(target, facts);
        // always in the last event
        facts.AsksForUsage = facts.IsStreaming;
    }

    private static (string Path, Skim Field)[] Kept(string at) => [($"{at}.id", Skim.Id), ($"{at}.container_id", Skim.Id)];

    private static (string Path, Skim Field)[] Counted(string at) =>
    [
        ($"{at}.input_tokens", Skim.Input),
        ($"{at}.output_tokens", Skim.Output),
        ($"{at}.total_tokens", Skim.Total),
        ($"{at}.input_tokens_details.cached_tokens", Skim.CachedInput),
        ($"{at}.input_tokens_details.cache_write_tokens", Skim.CacheWrite),
        ($"{at}.output_tokens_details.reasoning_tokens", Skim.Reasoning),
    ];
}
