using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>What an endpoint needs besides the verifier's options.</summary>
public sealed class SafeLlmEndpointOptions
{
    /// <summary>What is held for a call of an endpoint whose requests are in no wire format; null where they must be in one.</summary>
    internal Amounts? OwnCalls { get; private set; }

    /// <summary>
    /// For an endpoint that has a request of its own and calls models by itself: each call of it holds this much, and is settled by
    /// what the endpoint reports through <see cref="ISafeLlmFeature.ReportUsage(long, long, decimal?)"/>.
    /// </summary>
    /// <param name="inputTokens">The most input tokens of one call.</param>
    /// <param name="outputTokens">The most output tokens of one call.</param>
    /// <param name="dollars">The most that one call costs, in US dollars.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is negative.</exception>
    public void HoldPerCall(long inputTokens, long outputTokens, decimal dollars)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(outputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(dollars);
        OwnCalls = new Amounts(inputTokens, outputTokens, NanoUsd.FromDollars(dollars));
    }
}
