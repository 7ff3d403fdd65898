namespace SafeLlm.Pricing;

/// <summary>The catalog's names for who stands behind an authority: the same model costs differently elsewhere.</summary>
internal static class Providers
{
    private static readonly (string Host, string Provider)[] Hosts =
    [
        ("api.openai.com", "openai"),
        ("openai.azure.com", "azure"),
        ("cognitiveservices.azure.com", "azure"),
        ("services.ai.azure.com", "azure_ai"),
        ("api.anthropic.com", "anthropic"),
        ("generativelanguage.googleapis.com", "google"),
        ("aiplatform.googleapis.com", "vertex"),
        ("api.mistral.ai", "mistral"),
        ("api.cohere.com", "cohere"),
        ("api.cohere.ai", "cohere"),
        ("api.x.ai", "x-ai"),
        ("api.deepseek.com", "deepseek"),
        ("api.perplexity.ai", "perplexity"),
        ("api.groq.com", "groq"),
        ("api.cerebras.ai", "cerebras"),
        ("api.together.xyz", "together"),
        ("api.together.ai", "together"),
        ("api.fireworks.ai", "fireworks"),
        ("api.voyageai.com", "voyageai"),
        ("api.moonshot.ai", "moonshotai"),
        ("api.z.ai", "zhipuai"),
        ("openrouter.ai", "openrouter"),
    ];

    /// <summary>The provider; null where the authority is not one's.</summary>
    public static string? Of(ReadOnlySpan<char> authority)
    {
        foreach (var (host, provider) in Hosts)
        {
            if (authority.EndsWith(host, StringComparison.OrdinalIgnoreCase) && (authority.Length == host.Length || authority[authority.Length - host.Length - 1] is '.' or '-'))
            {
                return provider;
            }
        }

        return authority.StartsWith("bedrock-mantle.", StringComparison.OrdinalIgnoreCase) ? "bedrock-mantle"
            : authority.StartsWith("bedrock-runtime", StringComparison.OrdinalIgnoreCase) ? "bedrock"
            : null;
    }
}
