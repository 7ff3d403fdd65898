using SafeLlm.Formats;

namespace SafeLlm.Pricing;

/// <summary>The prices of a model for one call, of which the input's length and the service tier are known.</summary>
/// <param name="model">The model.</param>
/// <param name="input">All input tokens, cached or not: they decide whether the call is a long one.</param>
/// <param name="tier">The service tier.</param>
internal readonly struct Rates(ModelPrice model, long input, ServiceTier tier)
{
    /// <summary>The price of a kind of tokens, dollars per million.</summary>
    public decimal Of(PriceKind kind) => Find(kind) ?? kind switch
    {
        PriceKind.CachedInput or PriceKind.CacheWrite or PriceKind.AudioInput => Find(PriceKind.Input),
        PriceKind.CacheWriteLong => Find(PriceKind.CacheWrite) ?? Find(PriceKind.Input),
        PriceKind.Reasoning or PriceKind.AudioOutput => Find(PriceKind.Output),
        _ => null,
    } ?? 0;

    private decimal? Find(PriceKind kind)
    {
        var standard = Base(kind);
        decimal? other = null;
        long threshold = 0, otherThreshold = 0;
        foreach (var step in model.Steps)
        {
            if (step.Kind != kind || input <= step.AboveInputTokens && step.AboveInputTokens > 0)
            {
                continue;
            }

            if (step.ServiceTier == ServiceTier.Standard && step.AboveInputTokens >= threshold)
            {
                (standard, threshold) = (step.PerMillion, step.AboveInputTokens);
            }
            else if (step.ServiceTier == tier && tier != ServiceTier.Standard && step.AboveInputTokens >= otherThreshold)
            {
                (other, otherThreshold) = (step.PerMillion, step.AboveInputTokens);
            }
        }

        // a tier whose price for long inputs is not known: never less than what is known
        return other is not { } price ? standard
            : tier == ServiceTier.Priority ? Math.Max(price, standard ?? price)
            : otherThreshold >= threshold ? price : standard;
    }

    private decimal? Base(PriceKind kind) => kind switch
    {
        PriceKind.Input => model.InputPerMillion,
        PriceKind.Output => model.OutputPerMillion,
        PriceKind.CachedInput => model.CachedInputPerMillion,
        PriceKind.CacheWrite => model.CacheWritePerMillion,
        PriceKind.CacheWriteLong => model.CacheWriteLongPerMillion,
        PriceKind.Reasoning => model.ReasoningPerMillion,
        PriceKind.AudioInput => model.AudioInputPerMillion,
        _ => model.AudioOutputPerMillion,
    };
}
