using System;
using System.Linq;
using System.Runtime.CompilerServices;

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

    // An address of its own rather than a source: its host may stand without a scheme.
    private const int ShortText = 80;

    // What follows the slash in each of the routes.
    private static readonly string[] RoutePaths = [.. Routes.Select(route => route.Substring(route.IndexOf('/') + 1)).Where(part => part[0] != ':').Distinct()];

    // What follows the colon in the others.
    private static readonly string[] Verbs = [.. Routes.Where(route => route[0] == ':').Select(route => route.Substring(1))];

    private static readonly string[] Keys = ["sk-", "AIza"];

    /// <summary>Whether a source is worth the raw-request rules' time. Few passes over the text, at memory speed: most sources have nothing of it.</summary>
    public static bool IsIn(string text) =>
        Has(text, "messages") && Has(text, "role")
        || HasAfter(text, '"', Keys)
        || (HasPath(text) || HasAfter(text, ':', Verbs) || text.Length < ShortText) && (NamesHost(text) || Routes.Any(route => Has(text, route)));

    public static bool NamesHost(string text)
    {
        for (var at = text.IndexOf("://", StringComparison.Ordinal); at >= 0; at = text.IndexOf("://", at + 3, StringComparison.Ordinal))
        {
            var end = at + 3;
            while (end < text.Length && !IsHostEnd(text[end])) end++;
            if (IsHost(text.Substring(at + 3, end - at - 3))) return true;
        }

        return IsHost(text.Length < ShortText ? text : "");
    }

    public static bool NamesRoute(string text) => Any(text, Routes);

    /// <summary>A route of a provider that generates no text, or none that an output cap could bound.</summary>
    public static bool NamesOtherRoute(string text) => Any(text, OtherRoutes) && !NamesRoute(text);

    private static bool Has(string text, string part) => text.IndexOf(part, StringComparison.Ordinal) >= 0;

    // A letter is found faster than a word, and these are seldom enough.
    [MethodImpl(WordSet.Optimized)]
    private static bool HasAfter(string text, char letter, string[] parts)
    {
        for (var at = text.IndexOf(letter); at >= 0 && at + 1 < text.Length; at = text.IndexOf(letter, at + 1))
        {
            foreach (var part in parts)
            {
                if (part[0] == text[at + 1] && string.CompareOrdinal(text, at + 1, part, 0, part.Length) == 0) return true;
            }
        }

        return false;
    }

    // A slash that an address or one of the routes may have.
    [MethodImpl(WordSet.Optimized)]
    private static bool HasPath(string text)
    {
        for (var at = text.IndexOf('/'); at >= 0 && at + 1 < text.Length; at = text.IndexOf('/', at + 1))
        {
            if (text[at + 1] == '/' && at > 0 && text[at - 1] == ':') return true;
            foreach (var path in RoutePaths)
            {
                if (path[0] == text[at + 1] && string.CompareOrdinal(text, at + 1, path, 0, path.Length) == 0) return true;
            }
        }

        return false;
    }

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
