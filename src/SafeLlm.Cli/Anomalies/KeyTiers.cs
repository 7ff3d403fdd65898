using SafeLlm.Anomalies;

namespace SafeLlm.Cli.Anomalies;

/// <summary>
/// What the tier of each call allows: the tier that its line names, else that of its key, else the default one. Whose tier is not known is held to
/// what the command line says of all.
/// </summary>
/// <param name="others">What is allowed to those whose tier is not known.</param>
internal sealed class KeyTiers(UsageNorm others)
{
    private readonly Dictionary<string, UsageNorm> tiers = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> keys = new(StringComparer.Ordinal);
    private readonly SortedSet<string> unknown = new(StringComparer.Ordinal);
    private string? defaultTier;

    /// <summary>Whether any tier is known.</summary>
    public bool Any => tiers.Count > 0;

    /// <summary>The keys so far whose tier is not known.</summary>
    public IReadOnlyCollection<string> Unknown => unknown;

    public void Add(string tier, UsageNorm norm) => tiers[tier] = norm;

    /// <summary>Says which tier a key has; what was said before of it no longer counts.</summary>
    /// <exception cref="ArgumentException">There is no such tier.</exception>
    public void Assign(string keyId, string tier) => keys[keyId] = Known(tier);

    /// <summary>Says which tier keys have of which nothing else is said.</summary>
    /// <exception cref="ArgumentException">There is no such tier.</exception>
    public void AssignOthers(string tier) => defaultTier = Known(tier);

    /// <summary>What is allowed to whoever made a call, and the name of the tier that allows it; null where it is not known.</summary>
    public (UsageNorm Norm, string? Tier) Of(in ReplayedCall call)
    {
        if (Find(call.Tier) is { } told) return told;
        if (Find(keys.GetValueOrDefault(call.KeyId) ?? defaultTier) is { } assigned) return assigned;
        if (Any) unknown.Add(call.Key);
        return (others, null);
    }

    private (UsageNorm, string?)? Find(string? tier) => tier is not null && tiers.TryGetValue(tier, out var norm) ? (norm, tier) : null;

    private string Known(string tier) => tiers.ContainsKey(tier)
        ? tier
        : throw new ArgumentException($"\"{tier}\" is no tier; {(Any ? "there are " + string.Join(", ", tiers.Keys) : "none are known: name the verifier's configuration with --config")}.");
}
