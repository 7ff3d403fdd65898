using SafeLlm.Pricing;

namespace SafeLlm.Testing;

/// <summary>What a provider would charge for one attempt.</summary>
/// <param name="Request">The attempt's <see cref="ReceivedRequest.Number"/>.</param>
/// <param name="Model">The model.</param>
/// <param name="InputTokens">Tokens in.</param>
/// <param name="OutputTokens">Tokens out over all choices, reasoning included, whether or not they reached the caller.</param>
/// <param name="Cost">What they cost, rounded up once to a whole nano-dollar.</param>
public sealed record Bill(int Request, string Model, long InputTokens, long OutputTokens, NanoUsd Cost);
