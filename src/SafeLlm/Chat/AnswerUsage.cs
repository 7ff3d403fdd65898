namespace SafeLlm;

/// <summary>The tokens of an answer.</summary>
public sealed record AnswerUsage
{
    /// <summary>Tokens in, cached ones included.</summary>
    public long InputTokens { get; init; }

    /// <summary>Tokens out, reasoning included.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Tokens in that a cache served; part of <see cref="InputTokens"/>.</summary>
    public long CachedInputTokens { get; init; }

    /// <summary>Tokens spent on reasoning; part of <see cref="OutputTokens"/>. Null where the provider does not say.</summary>
    public long? ReasoningTokens { get; init; }

    /// <summary>Tokens in and out.</summary>
    public long TotalTokens => InputTokens + OutputTokens;

    /// <summary>
    /// Whether the provider reported them. False where it did not: then they are what
    /// <see cref="SafeLlmClientOptions.OnMissingUsage"/> had charged.
    /// </summary>
    public bool IsReported { get; init; }
}
