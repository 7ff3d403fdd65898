using System.Collections.Frozen;

namespace SafeLlm.Telemetry;

/// <summary>
/// The words of OpenTelemetry's GenAI conventions for what our wire formats and providers are. Closed lists: what comes from a caller
/// is never a tag.
/// </summary>
internal static class GenAiNames
{
    public const string Other = "other";

    /// <summary><c>gen_ai.operation.name</c> by wire format.</summary>
    public static FrozenDictionary<string, string> Operations { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["openai-chat"] = "chat",
        ["openai-responses"] = "chat",
        ["openai-embeddings"] = "embeddings",
        ["openai-completions"] = "text_completion",
        ["anthropic-messages"] = "chat",
        ["anthropic-complete"] = "text_completion",
        ["gemini"] = "generate_content",
        ["gemini-embed"] = "embeddings",
        ["gemini-predict-embed"] = "embeddings",
        ["bedrock-converse"] = "chat",
        ["bedrock-invoke"] = "text_completion",
        ["ollama-api-chat"] = "chat",
        ["ollama-api-generate"] = "text_completion",
        ["ollama-api-embeddings"] = "embeddings",
        ["cohere-v2-chat"] = "chat",
        ["cohere-v1-chat"] = "chat",
        ["cohere-v1-generate"] = "text_completion",
        ["cohere-v2-embed"] = "embeddings",
        ["cohere-v1-embed"] = "embeddings",
        ["generate"] = "text_completion",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary><c>gen_ai.provider.name</c> by the end of the host's name, the first that fits.</summary>
    public static IReadOnlyList<(string Host, string Provider)> Providers { get; } =
    [
        ("api.openai.com", "openai"),
        ("openai.azure.com", "azure.ai.openai"),
        ("openai.azure.us", "azure.ai.openai"),
        ("cognitiveservices.azure.com", "azure.ai.openai"),
        ("ai.azure.com", "azure.ai.inference"),
        ("models.github.ai", "azure.ai.inference"),
        ("api.anthropic.com", "anthropic"),
        ("generativelanguage.googleapis.com", "gcp.gemini"),
        ("aiplatform.googleapis.com", "gcp.vertex_ai"),
        ("amazonaws.com", "aws.bedrock"),
        ("mistral.ai", "mistral_ai"),
        ("groq.com", "groq"),
        ("deepseek.com", "deepseek"),
        ("x.ai", "x_ai"),
        ("perplexity.ai", "perplexity"),
        ("cohere.com", "cohere"),
        ("cohere.ai", "cohere"),
    ];

    public static string Operation(string format) => Operations.GetValueOrDefault(format, Other);

    public static string Provider(string authority)
    {
        var colon = authority.IndexOf(':', StringComparison.Ordinal);
        var host = colon < 0 ? authority.AsSpan() : authority.AsSpan(0, colon);
        foreach (var (ending, provider) in Providers)
        {
            if (host.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && (host.Length == ending.Length || host[^(ending.Length + 1)] is '.' or '-')) return provider;
        }

        return Other;
    }
}
