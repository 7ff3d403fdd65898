using SafeLlm.Pricing;

namespace SafeLlm.Anomalies;

/// <summary>What a caller's tier allows. What a tier does not limit is 0: it then says nothing about what is usual.</summary>
/// <param name="RequestsPerHour">Requests an hour.</param>
/// <param name="TokensPerRequest">Tokens of one request, in and out.</param>
/// <param name="DollarsPerDay">Money a day.</param>
public readonly record struct UsageNorm(long RequestsPerHour, long TokensPerRequest, NanoUsd DollarsPerDay)
{
    private const int MinutesInHour = 60;

    /// <summary>What a tier allows, as far as that tells what is usual.</summary>
    /// <param name="requestsPerMinute">The requests a minute of each of its callers; null where it does not limit them.</param>
    /// <param name="promptTokens">The most tokens of a prompt; null where it does not limit them, and then says nothing about those of a request.</param>
    /// <param name="outputTokens">The most tokens of an answer; null where it does not limit them.</param>
    /// <param name="dollarsPerDay">The dollars a day of each of its callers; null where it does not limit them.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than nine billion dollars.</exception>
    public static UsageNorm OfTier(long? requestsPerMinute, long? promptTokens, long? outputTokens, decimal? dollarsPerDay) => new(
        (requestsPerMinute ?? 0) * MinutesInHour,
        promptTokens is { } prompt ? prompt + (outputTokens ?? 0) : 0,
        NanoUsd.FromDollars(dollarsPerDay ?? 0));
}
