using System.Collections.Frozen;
using SafeLlm.Pricing;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>All tiers, and which of them a caller has.</summary>
internal sealed class TierList
{
    private readonly FrozenDictionary<string, Tier> tiers;
    private readonly string? defaultTier;
    private readonly string? unsignedTier;

    public TierList(SafeLlmVerifierOptions options, ModelCatalog catalog)
    {
        tiers = options.Tiers.ToFrozenDictionary(
            tier => tier.Key,
            tier => new Tier(tier.Key, tier.Value, [.. options.Limits], catalog, options.PromptRules),
            StringComparer.OrdinalIgnoreCase);
        defaultTier = options.DefaultTier;
        unsignedTier = options.UnsignedTier;
    }

    public IEnumerable<Tier> All => tiers.Values;

    public bool Has(string name) => tiers.ContainsKey(name);

    /// <param name="key">The key that signed; null where signatures are not verified.</param>
    /// <exception cref="InvalidOperationException">The key names no tier, or one that is not configured.</exception>
    public Tier Of(VerifierKey? key)
    {
        var name = key is null ? unsignedTier : key.Tier ?? defaultTier;
        return name is not null && tiers.TryGetValue(name, out var tier)
            ? tier
            : throw new InvalidOperationException(
                $"The key \"{key?.Key.KeyId}\" has the tier \"{name}\", which is not configured. Add it to Tiers, or set DefaultTier: a call without a tier would have no limits.");
    }
}
