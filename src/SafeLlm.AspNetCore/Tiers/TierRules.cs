using System.Globalization;

namespace SafeLlm.AspNetCore;

/// <summary>What a tier's options must be.</summary>
internal static class TierRules
{
    private const long MostCount = 1L << 53;

    public static void Check(SafeLlmTierOptions tier, string path, List<string> errors)
    {
        if (tier.MaxOutputTokens is null)
        {
            errors.Add($"{path}:MaxOutputTokens is missing; nothing unbounded passes, so give the most output tokens of one call, e.g. 4000.");
        }

        Range(path, "MaxOutputTokens", tier.MaxOutputTokens, 1, 10_000_000, errors);
        CheckLimits(tier, path, errors);
        if (tier.Pool is { } pool) CheckLimits(pool, path + ":Pool", errors);
        if (tier.PerNetwork is { } network) CheckLimits(network, path + ":PerNetwork", errors);
        if (tier.PerTenant is { } tenant) CheckLimits(tenant, path + ":PerTenant", errors);
        if (tier.PerDevice is { } device) CheckLimits(device, path + ":PerDevice", errors);
        if (tier.StopSequences.Any(string.IsNullOrEmpty)) errors.Add($"{path}:StopSequences has an empty text, at which nothing could be generated; remove it.");
        if (tier.Account is { } account) AccountRules.Check(account, path + ":Account", errors);
        Range(path, "MaxPromptCharacters", tier.MaxPromptCharacters, 1, int.MaxValue, errors);
        Range(path, "MaxPromptTokens", tier.MaxPromptTokens, 1, int.MaxValue, errors);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(tier.TimeZone, out _))
        {
            errors.Add($"{path}:TimeZone is \"{tier.TimeZone}\", which is no time zone of this machine; give an IANA name, e.g. Europe/Berlin.");
        }
    }

    private static void CheckLimits(SafeLlmLimitOptions limits, string path, List<string> errors)
    {
        Range(path, "RequestsPerMinute", limits.RequestsPerMinute, 0, MostCount, errors);
        Range(path, "TokensPerHour", limits.TokensPerHour, 0, MostCount, errors);
        Range(path, "TokensPerDay", limits.TokensPerDay, 0, MostCount, errors);
        Range(path, "ConcurrentCalls", limits.ConcurrentCalls, 0, MostCount, errors);
        if (limits.DollarsPerDay is < 0 or > 9_000_000m)
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"{path}:DollarsPerDay is {limits.DollarsPerDay}; give 0 to 9,000,000."));
        }
    }

    private static void Range(string path, string setting, long? value, long least, long most, List<string> errors)
    {
        if (value is not { } given || (given >= least && given <= most)) return;
        errors.Add(string.Create(CultureInfo.InvariantCulture, $"{path}:{setting} is {given}; give {least} to {most}."));
    }
}
