using SafeLlm.Anomalies;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>Makes limits of options.</summary>
internal static class TierLimits
{
    private const int MinutesInHour = 60;

    /// <summary>What a tier allows, for the detector of anomalies: what it does not limit says nothing about what is usual.</summary>
    public static UsageNorm NormOf(SafeLlmTierOptions tier) => new(
        (tier.RequestsPerMinute ?? 0) * MinutesInHour,
        tier.MaxPromptTokens is { } prompt ? prompt + (tier.MaxOutputTokens ?? 0) : 0,
        NanoUsd.FromDollars(tier.DollarsPerDay ?? 0));

    public static IReadOnlyList<Limit> Of(SafeLlmLimitOptions? caps, string timeZone)
    {
        if (caps is null) return [];
        var zone = TimeZoneInfo.FindSystemTimeZoneById(timeZone);
        var limits = new List<Limit>();
        if (caps.RequestsPerMinute is { } requests) limits.Add(Limit.Requests(requests).PerMinute());
        if (caps.ConcurrentCalls is { } calls) limits.Add(Limit.ConcurrentCalls(calls));
        if (caps.TokensPerHour is { } hourly) limits.Add(Limit.Tokens(hourly).PerHour());
        if (caps.TokensPerDay is { } tokens) limits.Add(Limit.Tokens(tokens).PerDay(zone));
        if (caps.DollarsPerDay is { } dollars) limits.Add(Limit.Dollars(dollars).PerDay(zone));
        return limits;
    }
}
