using SafeLlm.Formats;

namespace SafeLlm.Pricing;

/// <summary>The prices of a model for one call, of which the input's length and the service tier are known.</summary>
/// <param name="model">The model.</param>
/// <param name="input">All input tokens, cached or not: they decide whether the call is a long one.</param>
/// <param name="tier">The service tier.</param>
internal readonly struct Rates(ModelPrice model, long input, ServiceTier tier)
{
    private readonly decimal[] prices = model.Rates.For(input, tier);

    /// <summary>The price of a kind of tokens, dollars per million.</summary>
    public decimal Of(PriceKind kind) => prices[(int)kind];
}
