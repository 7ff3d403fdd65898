using SafeLlm.Formats;

namespace SafeLlm.Pricing;

/// <summary>A price that holds for long inputs, for a service tier, or for both.</summary>
/// <param name="Kind">What tokens it is for.</param>
/// <param name="ServiceTier">The service tier.</param>
/// <param name="AboveInputTokens">It holds for all tokens of a call whose whole input is more than this; 0 for any.</param>
/// <param name="PerMillion">Dollars per million tokens.</param>
public sealed record PriceStep(PriceKind Kind, ServiceTier ServiceTier, long AboveInputTokens, decimal PerMillion);
