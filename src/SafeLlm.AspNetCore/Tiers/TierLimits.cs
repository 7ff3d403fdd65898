using SafeLlm.Limits;

namespace SafeLlm.AspNetCore;

/// <summary>Makes limits of options.</summary>
internal static class TierLimits
{
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
