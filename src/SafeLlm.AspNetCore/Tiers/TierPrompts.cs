using SafeLlm.Pricing;
using SafeLlm.Validation;

namespace SafeLlm.AspNetCore;

/// <summary>Makes a prompt policy of a tier's options.</summary>
internal static class TierPrompts
{
    public static PromptPolicy Policy(SafeLlmTierOptions tier, ModelCatalog catalog, IEnumerable<PromptRule> rules)
    {
        var policy = PromptPolicy.Default.With([PromptRules.WithinContext(catalog), .. PromptRules.Suspicious(tier.SuspiciousPrompts)]);
        if (tier.MaxPromptCharacters is { } characters) policy = policy.With(PromptRules.MostCharacters(characters));
        if (tier.MaxPromptTokens is { } tokens) policy = policy.With(PromptRules.MostEstimatedTokens(tokens));
        // The application's own come last: of two with one name the later counts.
        return policy.With(rules);
    }
}
