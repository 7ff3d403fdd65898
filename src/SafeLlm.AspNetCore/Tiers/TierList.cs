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
    /// <returns>Null where the key of a store names a tier that is not configured: a call without a tier would have no limits.</returns>
    public Tier? Of(VerifierKey? key) =>
        (key is null ? unsignedTier : key.Tier ?? defaultTier) is { } name ? tiers.GetValueOrDefault(name) : null;
}
