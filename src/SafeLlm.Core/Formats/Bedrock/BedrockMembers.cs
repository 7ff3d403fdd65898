namespace SafeLlm.Formats;

/// <summary>What Bedrock's formats have in common.</summary>
internal static class BedrockMembers
{
    /// <summary>Usage; older models spell the cached tokens otherwise.</summary>
    public static (string Path, Skim Field)[] Counted(string at) =>
    [
        ($"{at}.inputTokens", Skim.Input),
        ($"{at}.outputTokens", Skim.Output),
        ($"{at}.totalTokens", Skim.Total),
        ($"{at}.cacheReadInputTokens", Skim.CachedInput),
        ($"{at}.cacheWriteInputTokens", Skim.CacheWrite),
        ($"{at}.cacheReadInputTokenCount", Skim.CachedInput),
        ($"{at}.cacheWriteInputTokenCount", Skim.CacheWrite),
        // what was written, by the time that it is kept
        ($"{at}.cacheDetails[]", Skim.Count),
        ($"{at}.cacheDetails[].ttl", Skim.CountKind),
        ($"{at}.cacheDetails[].inputTokens", Skim.CacheWriteLongByTime),
    ];

    /// <summary>Whether a model id is the ARN of a stored prompt, whose text is not in the request.</summary>
    public static bool IsPrompt(string? model) =>
        model is not null && model.StartsWith("arn:", StringComparison.Ordinal) && model.Contains(":prompt/", StringComparison.Ordinal);
}
