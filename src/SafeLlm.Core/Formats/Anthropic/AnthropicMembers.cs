using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>What Anthropic's formats have in common, wherever they are served (directly, Bedrock, Vertex).</summary>
internal static class AnthropicMembers
{
    private static readonly (string Name, RequestShape Shape)[] Stated =
    [
        ("type", Of(Take.MediumForm)),
        ("media_type", Of(Take.MediaType)),
        ("data", Part(PromptPartKind.Image)),
        ("url", Part(PromptPartKind.Image)),
        ("file_id", Makes(UnknowableInput.RemoteMedia)),
    ];

    /// <summary>A picture or a document: in base64, as text, as blocks of both, or elsewhere.</summary>
    public static readonly RequestShape Source = Medium(
    [
        .. Stated,
        ("content", Part(PromptPartKind.Text, item: Object(
            ("type", OneOf(UnknowableInput.UnknownItems, "text", "image")),
            ("text", Part(PromptPartKind.Text)),
            ("source", Medium(Stated))))),
    ]);

    // What a tool gave back: text, or blocks of the same kinds as in messages.
    private static readonly RequestShape Result = new()
    {
        Take = Take.Part,
        PartKind = PromptPartKind.Text,
        Item = Object(
            ("type", OneOf(UnknowableInput.UnknownItems, "text", "image", "document")),
            ("text", Part(PromptPartKind.ToolResult)),
            ("source", Source)),
        Members = new MemberTable(
            // results of hosted tools are objects of many kinds
            ("type", OneOf(UnknowableInput.UnknownItems)),
            ("content", Of(Take.Nothing))),
    };

    private static readonly RequestShape Block = Object(
        ("type", OneOf(UnknowableInput.UnknownItems, "text", "image", "document", "tool_use", "tool_result", "thinking", "redacted_thinking")),
        ("text", Part(PromptPartKind.Text)),
        ("source", Source),
        ("title", Part(PromptPartKind.Text)),
        ("context", Part(PromptPartKind.Text)),
        ("name", Part(PromptPartKind.ToolCallName)),
        ("input", Part(PromptPartKind.ToolCallArguments)),
        ("content", Result),
        ("thinking", Part(PromptPartKind.Text)),
        ("data", Makes(UnknowableInput.EncryptedReasoning)),
        ("file_id", Makes(UnknowableInput.RemoteMedia)));

    /// <summary>Text or blocks.</summary>
    public static readonly RequestShape Content = Part(PromptPartKind.Text, item: Block);

    /// <summary>The system prompt: text or blocks of text.</summary>
    public static readonly RequestShape System = Says(PromptRole.System, item: Object(("text", Part(PromptPartKind.Text))));

    /// <summary>A member of the list of messages.</summary>
    public static readonly RequestShape Turn = Message(("role", Of(Take.Role)), ("content", Content));

    /// <summary>Tools: those of the caller have no type, or the type "custom". One that is another model names it.</summary>
    public static readonly RequestShape Tools = Part(PromptPartKind.ToolDeclarations, item: Object(("type", OneOf(UnknowableInput.HostedTools, "custom", "function")), ("model", Of(Take.AdvisorModel))));

    /// <summary>Edits of the context: some clear it, others summarise it.</summary>
    public static readonly RequestShape ContextManagement = Object(("edits", Array(Object(
        ("type", Of(Take.ContextEdit)),
        ("instructions", Part(PromptPartKind.Text))))));

    /// <summary>The same as a request of its own.</summary>
    public static readonly RequestShape Compaction = Container(Take.Compaction, ("instructions", Part(PromptPartKind.Text)));

    /// <summary>Errors, which also come as events inside a 200.</summary>
    public static readonly (string Path, Skim Field)[] Errors = [("error", Skim.Error), ("error.type", Skim.ErrorCode)];

    /// <summary>What is generated, whole and in pieces.</summary>
    public static readonly (string Path, Skim Field)[] Generated =
    [
        ("content[].text", Skim.Text),
        ("content[].thinking", Skim.Text),
        ("delta.text", Skim.Text),
        ("delta.partial_json", Skim.Text),
        ("delta.thinking", Skim.Text),
        ("delta.stop_reason", Skim.Finish),
        ("stop_reason", Skim.Finish),
        ("completion", Skim.Text),
    ];

    /// <summary>Usage; in a stream it comes at the start and, cumulative, at the end.</summary>
    public static (string Path, Skim Field)[] Counted(string at) =>
    [
        ($"{at}.input_tokens", Skim.Input),
        ($"{at}.output_tokens", Skim.Output),
        ($"{at}.cache_read_input_tokens", Skim.CachedInput),
        ($"{at}.cache_creation_input_tokens", Skim.CacheWrite),
        ($"{at}.cache_creation.ephemeral_1h_input_tokens", Skim.CacheWriteLong),
        ($"{at}.service_tier", Skim.ServiceTier),
        // every pass over the conversation; those that summarised it are in no number above, and neither are those of an advisor, which is another model
        ($"{at}.iterations[]", Skim.Count),
        ($"{at}.iterations[].type", Skim.CountKind),
        ($"{at}.iterations[].model", Skim.CountModel),
        ($"{at}.iterations[].input_tokens", Skim.CompactedInput),
        ($"{at}.iterations[].output_tokens", Skim.CompactedOutput),
        ($"{at}.iterations[].cache_read_input_tokens", Skim.CompactedCachedInput),
        ($"{at}.iterations[].cache_creation_input_tokens", Skim.CompactedCacheWrite),
        ($"{at}.iterations[].cache_creation.ephemeral_1h_input_tokens", Skim.CompactedCacheWriteLong),
    ];
}
