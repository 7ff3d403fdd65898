namespace SafeLlm.Pipeline;

/// <summary>
/// Providers that take calls directly: no verifier of ours stands before them, so nothing is signed towards them and no
/// signing key is asked for. Hosts as the providers' API references name them.
/// </summary>
internal static class KnownProviders
{
    private static readonly string[] Hosts =
    [
        "api.openai.com", "eu.api.openai.com", "us.api.openai.com", "api.anthropic.com", "generativelanguage.googleapis.com",
        "aiplatform.googleapis.com", "api.mistral.ai", "codestral.mistral.ai", "api.groq.com", "openrouter.ai", "api.deepseek.com",
        "api.x.ai", "api.together.xyz", "api.together.ai", "api.perplexity.ai", "api.cerebras.ai", "router.huggingface.co",
        "api-inference.huggingface.co", "api.fireworks.ai", "api.cohere.com", "api.cohere.ai", "api.voyageai.com",
        "models.inference.ai.azure.com", "models.github.ai", "api.moonshot.ai", "integrate.api.nvidia.com", "api.sambanova.ai",
        "api.studio.nebius.com", "api.deepinfra.com", "api.ai21.com", "ollama.com",
    ];

    // With the leading dot: "evil-openai.azure.com" is no subdomain.
    private static readonly string[] Suffixes =
    [
        ".openai.azure.com", ".openai.azure.us", ".services.ai.azure.com", ".cognitiveservices.azure.com", ".models.ai.azure.com",
        ".inference.ai.azure.com", "-aiplatform.googleapis.com",
    ];

    /// <summary>Whether the address is a provider's own. Only over https: whoever answers http may be anybody.</summary>
    public static bool Includes(Uri uri)
    {
        if (uri.Scheme != Uri.UriSchemeHttps || !uri.IsDefaultPort) return false;

        var host = uri.IdnHost;
        foreach (var known in Hosts)
        {
            if (host.Equals(known, StringComparison.OrdinalIgnoreCase)) return true;
        }

        foreach (var suffix in Suffixes)
        {
            if (host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return IsBedrock(host);
    }

    /// <summary>The host where it is a provider's or the configured endpoint's; else <c>other</c>, as a host may be anybody's name.</summary>
    public static string HostOrOther(string? authority, Uri? endpoint)
    {
        if (authority is null) return Telemetry.GenAiNames.Other;
        var isEndpoint = endpoint is not null && authority.Equals(Authority.Of(endpoint), StringComparison.OrdinalIgnoreCase);
        return isEndpoint || (Uri.TryCreate($"https://{authority}/", UriKind.Absolute, out var uri) && Includes(uri)) ? authority : Telemetry.GenAiNames.Other;
    }

    // bedrock-runtime.{region}.amazonaws.com, also -fips and .com.cn
    private static bool IsBedrock(string host) =>
        (host.StartsWith("bedrock-runtime.", StringComparison.OrdinalIgnoreCase) || host.StartsWith("bedrock-runtime-fips.", StringComparison.OrdinalIgnoreCase))
        && (host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".amazonaws.com.cn", StringComparison.OrdinalIgnoreCase));
}
