namespace SafeLlm;

/// <summary>How <see cref="SafeLlmClient"/> writes its requests and reads their answers.</summary>
public enum ChatFormat
{
    /// <summary>OpenAI's <c>chat/completions</c>, which most services and gateways speak.</summary>
    OpenAiChat,

    /// <summary>OpenAI's <c>responses</c>. It knows no stop sequences. Nothing is stored at the provider.</summary>
    OpenAiResponses,

    /// <summary>Anthropic's <c>messages</c>.</summary>
    AnthropicMessages,

    /// <summary>The small shape of APIs of one's own, <c>{"prompt", "max_tokens"}</c> at <c>generate</c>: one text, no tools, no images.</summary>
    Generate,
}
