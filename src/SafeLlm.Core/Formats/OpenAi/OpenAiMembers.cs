using static SafeLlm.Formats.RequestShape;

namespace SafeLlm.Formats;

/// <summary>What several of OpenAI's formats, and those that follow them, have in common.</summary>
internal static class OpenAiMembers
{
    /// <summary>An error as an object of its own.</summary>
    public static readonly (string Path, Skim Field)[] ErrorObject =
    [
        ("error", Skim.Error),
        ("error.code", Skim.ErrorCode),
        ("error.type", Skim.ErrorType),
    ];

    /// <summary>The errors of most of them; Mistral's stand flat in the document.</summary>
    public static readonly (string Path, Skim Field)[] Errors = [.. ErrorObject, ("code", Skim.ErrorCode)];

    /// <summary>Text, or a list of texts, or tokens as numbers, or a list of those.</summary>
    public static RequestShape Prompts(bool areMultiplied) => new()
    {
        Take = Take.Part,
        PartKind = PromptPartKind.Text,
        Speaker = PromptRole.User,
        TakesTokenIds = true,
        CountsPrompts = areMultiplied,
        Item = new()
        {
            Take = Take.Part,
            PartKind = PromptPartKind.Text,
            TakesTokenIds = true,
            Item = Of(Take.Nothing),
            Members = new MemberTable(
                ("text", Part(PromptPartKind.Text)),
                ("image_url", Part(PromptPartKind.Image, new MemberTable(("url", Part(PromptPartKind.Image))))),
                ("image", Part(PromptPartKind.Image))),
        },
    };

    /// <summary>The usage of chat, completions and embeddings.</summary>
    public static (string Path, Skim Field)[] Counted(string at) =>
    [
        ($"{at}.prompt_tokens", Skim.Input),
        ($"{at}.completion_tokens", Skim.Output),
        ($"{at}.total_tokens", Skim.Total),
        ($"{at}.prompt_tokens_details.cached_tokens", Skim.CachedInput),
        ($"{at}.prompt_tokens_details.cache_write_tokens", Skim.CacheWrite),
        ($"{at}.prompt_tokens_details.audio_tokens", Skim.AudioInput),
        ($"{at}.completion_tokens_details.reasoning_tokens", Skim.Reasoning),
        ($"{at}.completion_tokens_details.audio_tokens", Skim.AudioOutput),
        // DeepSeek
        ($"{at}.prompt_cache_hit_tokens", Skim.CachedInput),
    ];

    /// <summary>The text of a message, or of a piece of one.</summary>
    public static (string Path, Skim Field)[] Generated(string at) =>
    [
        ($"{at}.content", Skim.Text),
        ($"{at}.content[].text", Skim.Text),
        ($"{at}.refusal", Skim.Text),
        // vLLM writes what was thought under both names.
        ($"{at}.reasoning", Skim.Thought),
        ($"{at}.reasoning_content", Skim.ThoughtAgain),
        ($"{at}.tool_calls[].function.name", Skim.Text),
        ($"{at}.tool_calls[].function.arguments", Skim.Text),
        ($"{at}.tool_calls[].custom.input", Skim.Text),
        ($"{at}.function_call.arguments", Skim.Text),
    ];
}
