using System.Collections.Frozen;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>What a tier may use of the provider's account, made ready once.</summary>
internal sealed class TierAccount
{
    private readonly FrozenSet<string> sharedIds;
    private readonly FrozenSet<string> serviceTiers;
    private readonly IReadOnlyList<HostedToolPrice> tools;

    public TierAccount(SafeLlmAccountOptions? options)
    {
        Store = options?.Store ?? false;
        Background = options?.Background ?? false;
        sharedIds = (options?.SharedIds ?? []).ToFrozenSet(StringComparer.Ordinal);
        serviceTiers = (options?.ServiceTiers ?? []).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        tools = [.. (options?.HostedTools ?? new Dictionary<string, SafeLlmHostedToolOptions>()).Select(tool => new HostedToolPrice(tool.Key, tool.Value.DollarsPerUse!.Value) { MostUses = tool.Value.MostUses })];
    }

    public bool Store { get; }

    public bool Background { get; }

    public bool Shares(string id) => sharedIds.Contains(id);

    // What costs no more than usual, or is the provider's own choice.
    public bool Serves(string serviceTier) =>
        serviceTier.ToLowerInvariant() is "" or "auto" or "default" or "standard" or "standard_only" or "on_demand" or "flex" or "batch" or "normal" or "reserved"
        || serviceTiers.Contains(serviceTier);

    public HostedToolPrice? Find(string tool) => tools.FirstOrDefault(price => price.IsOf(tool));
}
