using SafeLlm.Validation;

namespace SafeLlm.AspNetCore;

/// <summary>
/// The three tiers of the article that SafeLlm implements, with its prompt limits: an example to start from. Each call gives new
/// options, to be changed at will.
/// </summary>
public static class ArticleTiers
{
    /// <summary>10 requests a minute, 10,000 tokens and $1 a day, 500 output tokens a call.</summary>
    public static SafeLlmTierOptions Free => Tier(10, 10_000, 1m, 500);

    /// <summary>60 requests a minute, 100,000 tokens and $50 a day, 4,000 output tokens a call.</summary>
    public static SafeLlmTierOptions Pro => Tier(60, 100_000, 50m, 4_000);

    /// <summary>300 requests a minute, 1,000,000 tokens and $500 a day, 8,000 output tokens a call.</summary>
    public static SafeLlmTierOptions Enterprise => Tier(300, 1_000_000, 500m, 8_000);

    /// <summary>Adds FREE, PRO and ENTERPRISE.</summary>
    public static void AddTo(IDictionary<string, SafeLlmTierOptions> tiers)
    {
        tiers["FREE"] = Free;
        tiers["PRO"] = Pro;
        tiers["ENTERPRISE"] = Enterprise;
    }

    private static SafeLlmTierOptions Tier(long requests, long tokens, decimal dollars, long output) => new()
    {
        RequestsPerMinute = requests,
        TokensPerDay = tokens,
        DollarsPerDay = dollars,
        MaxOutputTokens = output,
        StopSequences = { "\n\n---", "THE END", "[END]" },
        MaxPromptCharacters = 10_000,
        MaxPromptTokens = 4_000,
        SuspiciousPrompts = PromptSeverity.Refuse,
    };
}
