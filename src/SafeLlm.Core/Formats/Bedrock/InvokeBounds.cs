namespace SafeLlm.Formats;

/// <summary>Under which name a model behind Bedrock's Invoke takes its output bound, by the maker in its id.</summary>
internal static class InvokeBounds
{
    private static readonly (string Model, string? Container, string Name)[] Known =
    [
        ("anthropic.claude-v2", null, "max_tokens_to_sample"),
        ("anthropic.claude-instant", null, "max_tokens_to_sample"),
        ("anthropic.", null, "max_tokens"),
        ("amazon.nova", "inferenceConfig", "maxTokens"),
        ("amazon.titan", "textGenerationConfig", "maxTokenCount"),
        ("meta.llama", null, "max_gen_len"),
        ("mistral.", null, "max_tokens"),
        ("cohere.", null, "max_tokens"),
        ("ai21.jamba", null, "max_tokens"),
        ("ai21.j2", null, "maxTokens"),
        ("deepseek.", null, "max_tokens"),
        ("qwen.", null, "max_tokens"),
        ("openai.", null, "max_completion_tokens"),
        ("writer.", null, "max_tokens"),
    ];

    /// <summary>Null where the id does not tell, as that of an inference profile of one's own.</summary>
    public static (string? Container, string Name)? Find(string? model)
    {
        if (model is null) return null;
        foreach (var (known, container, name) in Known)
        {
            // us.anthropic.claude-…, arn:…:foundation-model/anthropic.claude-…
            var at = model.IndexOf(known, StringComparison.Ordinal);
            if (at == 0 || (at > 0 && model[at - 1] is '.' or '/')) return (container, name);
        }

        return null;
    }
}
