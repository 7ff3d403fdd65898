using System;
using System.Linq;

namespace SafeLlm.Analyzers.Files;

/// <summary>What in a source's text, an address or a route tells that a model is called.</summary>
internal static class ModelText
{
    private static readonly string[] Hosts =
    [
        "api.openai.com", "openai.azure.com", "api.anthropic.com", "generativelanguage.googleapis.com", "aiplatform.googleapis.com",
        "api.mistral.ai", "codestral.mistral.ai", "api.groq.com", "openrouter.ai", "api.deepseek.com", "api.x.ai", "api.together.xyz",
        "api.together.ai", "api.perplexity.ai", "api.cerebras.ai", "api.fireworks.ai", "api.cohere.com",
        "api.cohere.ai", "models.inference.ai.azure.com", "models.github.ai", "services.ai.azure.com", "models.ai.azure.com",
        "bedrock-runtime.", "api.moonshot.", "integrate.api.nvidia.com", "api.sambanova.ai", "api.deepinfra.com", "api.ai21.com",
        "dashscope.aliyuncs.com", "open.bigmodel.cn", "ark.cn-beijing.volces.com", "localhost:11434", "127.0.0.1:11434",
    ];

    private static readonly string[] Routes =
    [
        "chat/completions", "v1/completions", "/completions?api-version", "v1/messages", "v1/responses", "/responses?", ":generateContent",
        ":streamGenerateContent", "api/generate", "api/chat", "v1/complete", "/invoke-with-response-stream", "/converse",
    ];

    private static readonly string[] OtherRoutes =
    [
        "embedding", "/audio", "/images", "moderation", "/files", "/models?", "/uploads", "/batches", "/fine_tuning", "transcription",
        "/speech", "countTokens", "count_tokens", "embedContent", "/realtime", "/vector_stores", "/rerank", "api/pull", "api/tags",
        "/assistants", "/threads", "/tokenize",
    ];

    /// <summary>Whether a source is worth the raw-request rules' time. A few passes over the text, at memory speed.</summary>
    public static bool IsIn(string text) =>
        text.IndexOf("messages", StringComparison.Ordinal) >= 0 && text.IndexOf("role", StringComparison.Ordinal) >= 0
        || text.IndexOf("\"sk-", StringComparison.Ordinal) >= 0 || text.IndexOf("\"AIza", StringComparison.Ordinal) >= 0
        || NamesHost(text) || Routes.Any(route => text.IndexOf(route, StringComparison.Ordinal) >= 0);

    public static bool NamesHost(string text)
    {
        for (var at = text.IndexOf("://", StringComparison.Ordinal); at >= 0; at = text.IndexOf("://", at + 3, StringComparison.Ordinal))
        {
            var end = at + 3;
            while (end < text.Length && !IsHostEnd(text[end])) end++;
            if (IsHost(text.Substring(at + 3, end - at - 3))) return true;
        }

        return IsHost(text.Length < 80 ? text : "");
    }

    public static bool NamesRoute(string text) => Any(text, Routes);

    /// <summary>A route of a provider that generates no text, or none that an output cap could bound.</summary>
    public static bool NamesOtherRoute(string text) => Any(text, OtherRoutes) && !NamesRoute(text);

    private static bool IsHostEnd(char letter) => letter is '/' or '"' or ' ' or '\n' or '\r' or '\\' or '?' or '<';

    private static bool IsHost(string host)
    {
        foreach (var known in Hosts)
        {
            if (host.IndexOf(known, StringComparison.OrdinalIgnoreCase) >= 0) return true;
        }

        return false;
    }

    private static bool Any(string text, string[] parts)
    {
        foreach (var part in parts)
        {
            if (text.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0) return true;
        }

        return false;
    }
}
