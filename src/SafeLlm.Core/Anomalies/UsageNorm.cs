using SafeLlm.Pricing;

namespace SafeLlm.Anomalies;

/// <summary>What a caller's tier allows. What a tier does not limit is 0: it then says nothing about what is usual.</summary>
/// <param name="RequestsPerHour">Requests an hour.</param>
/// <param name="TokensPerRequest">Tokens of one request, in and out.</param>
/// <param name="DollarsPerDay">Money a day.</param>
public readonly record struct UsageNorm(long RequestsPerHour, long TokensPerRequest, NanoUsd DollarsPerDay);
