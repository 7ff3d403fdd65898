using System.Globalization;

namespace SafeLlm.AspNetCore;

/// <summary>What a tier's use of the provider's account must be.</summary>
internal static class AccountRules
{
    public static void Check(SafeLlmAccountOptions account, string path, List<string> errors)
    {
        foreach (var (name, tool) in account.HostedTools)
        {
            if (tool.DollarsPerUse is null) errors.Add($"{path}:HostedTools:{name}:DollarsPerUse is missing; give dollars for one use, 0 where it costs none.");
            if (tool.DollarsPerUse is < 0 or > 1_000m) errors.Add(string.Create(CultureInfo.InvariantCulture, $"{path}:HostedTools:{name}:DollarsPerUse is {tool.DollarsPerUse}; give 0 to 1,000."));
            if (tool.MostUses is < 1 or > 1_000) errors.Add(string.Create(CultureInfo.InvariantCulture, $"{path}:HostedTools:{name}:MostUses is {tool.MostUses}; give 1 to 1,000."));
        }
    }
}
