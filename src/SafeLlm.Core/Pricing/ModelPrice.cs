namespace SafeLlm.Pricing;

/// <summary>
/// A model of the catalog: its limits and prices. Prices are dollars per million tokens unless they say otherwise, exact. What
/// is null costs what plain input or output does.
/// </summary>
public sealed record ModelPrice(string Model, decimal InputPerMillion, decimal OutputPerMillion)
{
    private RateTable.Memo rates;

    /// <summary>Who serves it, e.g. <c>openai</c>.</summary>
    public string? Provider { get; init; }

    /// <summary>Input served from a cache; as <see cref="InputPerMillion"/> where null.</summary>
    public decimal? CachedInputPerMillion { get; init; }

    /// <summary>Input written to a cache; as <see cref="InputPerMillion"/> where null.</summary>
    public decimal? CacheWritePerMillion { get; init; }

    /// <summary>Input written to a cache that keeps it for an hour; as <see cref="CacheWritePerMillion"/> where null.</summary>
    public decimal? CacheWriteLongPerMillion { get; init; }

    /// <summary>Reasoning; as <see cref="OutputPerMillion"/> where null.</summary>
    public decimal? ReasoningPerMillion { get; init; }

    /// <summary>Sound in the input; as <see cref="InputPerMillion"/> where null.</summary>
    public decimal? AudioInputPerMillion { get; init; }

    /// <summary>Sound in the output; as <see cref="OutputPerMillion"/> where null.</summary>
    public decimal? AudioOutputPerMillion { get; init; }

    /// <summary>Dollars a call, beside its tokens.</summary>
    public decimal PerCall { get; init; }

    /// <summary>Dollars a search that the provider runs for the call; 0 where it is not known.</summary>
    public decimal PerSearch { get; init; }

    /// <summary>Prices that hold for long inputs or for other service tiers, in the order of their thresholds.</summary>
    public IReadOnlyList<PriceStep> Steps { get; init; } = [];

    /// <summary>
    /// What all prices are multiplied with, by what a request asks for: to stay in a region (<c>us</c>, <c>eu</c>), to be
    /// served <c>fast</c>.
    /// </summary>
    public IReadOnlyDictionary<string, decimal> Factors { get; init; } = System.Collections.Frozen.FrozenDictionary<string, decimal>.Empty;

    /// <summary>The context window, in tokens.</summary>
    public long? ContextTokens { get; init; }

    /// <summary>The most output that the model gives, in tokens.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary>Whether it reasons before it answers, so that a small bound may be used up unseen.</summary>
    public bool IsReasoning { get; init; }

    /// <summary>Whether it turns text into vectors and gives no output that costs.</summary>
    public bool IsEmbedding { get; init; }

    /// <summary>The prices, ready to be looked up.</summary>
    internal RateTable Rates => rates.For(this);

    /// <summary>The same with every price for tokens multiplied.</summary>
    internal ModelPrice Times(decimal factor) => this with
    {
        InputPerMillion = InputPerMillion * factor,
        OutputPerMillion = OutputPerMillion * factor,
        CachedInputPerMillion = CachedInputPerMillion * factor,
        CacheWritePerMillion = CacheWritePerMillion * factor,
        CacheWriteLongPerMillion = CacheWriteLongPerMillion * factor,
        ReasoningPerMillion = ReasoningPerMillion * factor,
        AudioInputPerMillion = AudioInputPerMillion * factor,
        AudioOutputPerMillion = AudioOutputPerMillion * factor,
        Steps = [.. Steps.Select(step => step with { PerMillion = step.PerMillion * factor })],
        Factors = System.Collections.Frozen.FrozenDictionary<string, decimal>.Empty,
    };

    /// <summary>The lowest of its prices.</summary>
    internal decimal LowestPrice()
    {
        var lowest = Math.Min(Math.Min(InputPerMillion, OutputPerMillion), Math.Min(PerCall, PerSearch));
        foreach (var price in (decimal?[])[CachedInputPerMillion, CacheWritePerMillion, CacheWriteLongPerMillion, ReasoningPerMillion, AudioInputPerMillion, AudioOutputPerMillion, .. Steps.Select(step => step.PerMillion), .. Factors.Values])
        {
            lowest = Math.Min(lowest, price ?? lowest);
        }

        return lowest;
    }
}
