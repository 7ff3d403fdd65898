namespace SafeLlm.Pricing;

/// <summary>What few quotes have, in a place of its own, so that it takes no room in the others.</summary>
/// <param name="Unbounded">Of the upper end of the output: what no output bound limits.</param>
/// <param name="Tools">What tools that run at the provider cost.</param>
/// <param name="Advisors">What models cost that the one asked for may ask.</param>
internal sealed record QuoteExtras(long Unbounded, HostedToolFees? Tools, AdvisorPrices? Advisors);
