using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>What Google's formats have in common (C.6). Its JSON takes each name in two spellings.</summary>
internal static class GeminiMembers
{
    private static readonly RequestShape Inline = Medium(("mimeType|mime_type", Of(Take.MediaType)), ("data", Part(PromptPartKind.Image)));

    private static readonly RequestShape Piece = Object(
        ("text", Part(PromptPartKind.Text)),
        ("inlineData|inline_data", Inline),
        ("fileData|file_data", Makes(UnknowableInput.RemoteMedia)),
        ("functionCall|function_call", Object(
            ("name", Part(PromptPartKind.ToolCallName)),
            ("args", Part(PromptPartKind.ToolCallArguments)))),
        ("functionResponse|function_response", Object(
            ("name", Part(PromptPartKind.Name)),
            ("response", Part(PromptPartKind.ToolResult)),
            ("parts", Array(Object(
                ("inlineData|inline_data", Inline),
                ("fileData|file_data", Makes(UnknowableInput.RemoteMedia))))))),
        ("executableCode|executable_code", Makes(UnknowableInput.UnknownItems)),
        ("codeExecutionResult|code_execution_result", Makes(UnknowableInput.UnknownItems)),
        ("toolCall|tool_call", Makes(UnknowableInput.UnknownItems)),
        ("toolResponse|tool_response", Makes(UnknowableInput.UnknownItems)),
        ("thoughtSignature|thought_signature", Makes(UnknowableInput.EncryptedReasoning)));

    /// <summary>A message.</summary>
    public static readonly RequestShape Content = Message(
        ("role", Of(Take.Role)),
        ("parts", new() { Item = Piece, Members = Piece.Members }));

    /// <summary>The same where it speaks for the system.</summary>
    public static readonly RequestShape System = Says(PromptRole.System, members: new MemberTable(
        ("parts", new() { Item = Piece, Members = Piece.Members })));

    /// <summary>Errors: the status is a word, the code a number.</summary>
    public static readonly (string Path, Skim Field)[] Errors = [("error", Skim.Error), ("error.status", Skim.ErrorCode), ("error.code", Skim.ErrorType)];

    /// <summary>Usage.</summary>
    public static readonly (string Path, Skim Field)[] Counted =
    [
        ("usageMetadata.promptTokenCount", Skim.Input),
        ("usageMetadata.candidatesTokenCount", Skim.Output),
        ("usageMetadata.cachedContentTokenCount", Skim.CachedInput),
        ("usageMetadata.thoughtsTokenCount", Skim.Reasoning),
        ("usageMetadata.toolUsePromptTokenCount", Skim.ToolInput),
        ("usageMetadata.totalTokenCount", Skim.Total),
        ("usageMetadata.serviceTier", Skim.ServiceTier),
        // Vertex AI, where a header asks for the tier
        ("usageMetadata.trafficType", Skim.ServiceTier),
        .. ByModality("promptTokensDetails", Skim.AudioInputByKind),
        // of embeddings
        .. ByModality("promptTokenDetails", Skim.AudioInputByKind),
        .. ByModality("toolUsePromptTokensDetails", Skim.AudioInputByKind),
        .. ByModality("cacheTokensDetails", Skim.CachedAudioByKind),
        .. ByModality("candidatesTokensDetails", Skim.AudioOutputByKind),
    ];

    private static (string Path, Skim Field)[] ByModality(string list, Skim field) =>
    [
        ($"usageMetadata.{list}[]", Skim.Count),
        ($"usageMetadata.{list}[].modality", Skim.CountKind),
        ($"usageMetadata.{list}[].tokenCount", field),
    ];
}
