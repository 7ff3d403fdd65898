namespace SafeLlm.Pricing;

/// <summary>A model of the catalog: its limits and prices. Prices are dollars per million tokens, exact.</summary>
public sealed record ModelPrice(string Model, decimal InputPerMillion, decimal OutputPerMillion)
{
    /// <summary>Who serves it, e.g. <c>openai</c>.</summary>
    public string? Provider { get; init; }

    /// <summary>Input served from a cache; as <see cref="InputPerMillion"/> where null.</summary>
    public decimal? CachedInputPerMillion { get; init; }

    /// <summary>Input written to a cache; as <see cref="InputPerMillion"/> where null.</summary>
    public decimal? CacheWritePerMillion { get; init; }

    /// <summary>The context window, in tokens.</summary>
    public long? ContextTokens { get; init; }

    /// <summary>The most output that the model gives, in tokens.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary>Whether it reasons before it answers, so that a small bound may be used up unseen.</summary>
    public bool IsReasoning { get; init; }

    /// <summary>Whether it turns text into vectors and gives no output that costs.</summary>
    public bool IsEmbedding { get; init; }

    /// <summary>The lowest of its prices.</summary>
    internal decimal LowestPrice() => Math.Min(Math.Min(InputPerMillion, OutputPerMillion), Math.Min(CachedInputPerMillion ?? InputPerMillion, CacheWritePerMillion ?? InputPerMillion));

    /// <summary>The most that an input token may cost, wherever it comes from or goes to.</summary>
    internal decimal DearestInput() => Math.Max(InputPerMillion, Math.Max(CachedInputPerMillion ?? 0, CacheWritePerMillion ?? 0));
}
