namespace SafeLlm.Formats;

/// <summary>Everything in a request that limits what may be generated.</summary>
/// <param name="TokensPerChoice">The bound on one choice, in tokens, reasoning included; null where the request has none.</param>
/// <param name="Choices">How many choices are generated for this request: choices × prompts, at least 1.</param>
public readonly record struct OutputBound(long? TokensPerChoice, int Choices)
{
    /// <summary>Tokens over all choices; null where the request has no bound. Saturates instead of overflowing.</summary>
    public long? Tokens => TokensPerChoice is { } tokens
        ? tokens > long.MaxValue / Math.Max(1, Choices) ? long.MaxValue : tokens * Choices
        : null;
}
