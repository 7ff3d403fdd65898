using SafeLlm.Formats;

namespace SafeLlm.Pricing;

/// <summary>A price that is no lower than either of two, whatever a call uses: one may have the dearer input, the other the dearer output.</summary>
internal static class DearestPrice
{
    private static readonly PriceKind[] Kinds = Enum.GetValues<PriceKind>();

    /// <summary>One of the two where it is that already, else a price with the dearer of each; it has the name of the one that is dearer all in all.</summary>
    public static ModelPrice Of(ModelPrice one, ModelPrice other)
    {
        if (ReferenceEquals(one, other)) return one;
        var (dear, cheap) = one.OutputPerMillion + one.InputPerMillion >= other.OutputPerMillion + other.InputPerMillion ? (one, other) : (other, one);

        // What lies above a threshold stands for it.
        long[] lengths = [0, .. dear.Steps.Concat(cheap.Steps).Select(step => step.AboveInputTokens).Where(above => above is > 0 and < long.MaxValue).Distinct().Order()];
        ServiceTier[] tiers = [ServiceTier.Standard, .. dear.Steps.Concat(cheap.Steps).Select(step => step.ServiceTier).Where(tier => tier != ServiceTier.Standard).Distinct().Order()];
        var isDearest = dear.PerCall >= cheap.PerCall && dear.PerSearch >= cheap.PerSearch && cheap.Factors.All(factor => Factor(dear, factor.Key) >= factor.Value) && dear.Factors.Values.All(factor => factor >= 1);
        var steps = new List<PriceStep>();
        foreach (var tier in tiers)
        {
            foreach (var length in lengths)
            {
                var (prices, others) = (dear.Rates.For(Above(length), tier), cheap.Rates.For(Above(length), tier));
                foreach (var kind in Kinds)
                {
                    isDearest &= prices[(int)kind] >= others[(int)kind];
                    steps.Add(new PriceStep(kind, tier, length, Math.Max(prices[(int)kind], others[(int)kind])));
                }
            }
        }

        var limited = dear with
        {
            ContextTokens = Larger(dear.ContextTokens, cheap.ContextTokens),
            MaxOutputTokens = Larger(dear.MaxOutputTokens, cheap.MaxOutputTokens),
            IsReasoning = dear.IsReasoning || cheap.IsReasoning,
            IsEmbedding = dear.IsEmbedding && cheap.IsEmbedding,
        };
        if (isDearest) return limited == dear ? dear : limited;
        return limited with
        {
            InputPerMillion = Plain(PriceKind.Input),
            OutputPerMillion = Plain(PriceKind.Output),
            CachedInputPerMillion = Plain(PriceKind.CachedInput),
            CacheWritePerMillion = Plain(PriceKind.CacheWrite),
            CacheWriteLongPerMillion = Plain(PriceKind.CacheWriteLong),
            ReasoningPerMillion = Plain(PriceKind.Reasoning),
            AudioInputPerMillion = Plain(PriceKind.AudioInput),
            AudioOutputPerMillion = Plain(PriceKind.AudioOutput),
            PerCall = Math.Max(dear.PerCall, cheap.PerCall),
            PerSearch = Math.Max(dear.PerSearch, cheap.PerSearch),
            Steps = [.. steps.Skip(Kinds.Length)],
            Factors = dear.Factors.Keys.Union(cheap.Factors.Keys).ToDictionary(name => name, name => Math.Max(Factor(dear, name), Factor(cheap, name))),
        };

        decimal Plain(PriceKind kind) => steps[(int)kind].PerMillion;
    }

    private static long Above(long threshold) => threshold == 0 ? 0 : threshold + 1;

    private static decimal Factor(ModelPrice price, string name) => price.Factors.GetValueOrDefault(name, 1);

    private static long? Larger(long? one, long? other) => one is null || other > one ? other : one;
}
