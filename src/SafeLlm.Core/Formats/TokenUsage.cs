namespace SafeLlm.Formats;

/// <summary>
/// Tokens as a provider counted them, in the provider's own way of counting. Null is "not reported" and is not 0.
/// </summary>
public sealed record TokenUsage
{
    /// <summary>Input tokens.</summary>
    public long? Input { get; init; }

    /// <summary>Output tokens.</summary>
    public long? Output { get; init; }

    /// <summary>Input tokens read from a cache.</summary>
    public long? CachedInput { get; init; }

    /// <summary>Input tokens written to a cache.</summary>
    public long? CacheWrite { get; init; }

    /// <summary>Reasoning tokens.</summary>
    public long? Reasoning { get; init; }

    /// <summary>Audio tokens, in and out.</summary>
    public long? Audio { get; init; }

    /// <summary>The total that the provider gave.</summary>
    public long? Total { get; init; }
}
