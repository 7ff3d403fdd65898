namespace SafeLlm.Tokens;

/// <summary>What OpenAI's models differ in where prompts are counted.</summary>
internal static class OpenAiModels
{
    // fine-tuned; as Amazon and Snowflake name them
    private static readonly string[] Makers = ["ft:", "openai.", "openai-"];

    private static readonly string[] Prefixes = ["gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-ada", "text-embedding-3", "text-similarity-", "text-davinci", "davinci", "ada", "curie", "babbage", "codex-", "computer-use-"];

    /// <summary>The name without who serves it, and without the marks of a fine-tuned model.</summary>
    public static ReadOnlySpan<char> Bare(string model)
    {
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        foreach (var maker in Makers)
        {
            name = name.StartsWith(maker, StringComparison.Ordinal) ? name[maker.Length..] : name;
        }

        return name;
    }

    /// <summary>Whether OpenAI's own way of counting applies. gpt-oss has another frame.</summary>
    public static bool Counts(string model)
    {
        var name = Bare(model);
        if (name.StartsWith("gpt-oss", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var prefix in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The gpt-5 family.</summary>
    public static bool IsGpt5(string model) => Bare(model).StartsWith("gpt-5", StringComparison.Ordinal);

    /// <summary>Models with the shorter frame of reasoning models.</summary>
    public static bool IsReasoning(string model)
    {
        var name = Bare(model);
        return IsGpt5(model) || (name.StartsWith("o1", StringComparison.Ordinal) && !name.StartsWith("o1-mini", StringComparison.Ordinal))
            || name.StartsWith("o3", StringComparison.Ordinal) || name.StartsWith("o4", StringComparison.Ordinal);
    }
}
