namespace SafeLlm.Formats;

/// <summary>
/// What services that speak OpenAI's chat format do otherwise, as data. Some read only <c>max_tokens</c>, and pass over a bound under the newer
/// name: there it bounds nothing. A service that is not known is taken to read both names, as most do: one that hands on to OpenAI would have a
/// request with both refused.
/// </summary>
internal static class ChatServices
{
    private const string Old = "max_tokens";
    private const string New = "max_completion_tokens";

    private static readonly Service[] Known =
    [
        new("api.openai.com", New, false),
        new("openai.azure.com", New, false),
        new("openai.azure.us", New, false),
        new("cognitiveservices.azure.com", New, false),
        new("api.groq.com", New, true),
        new("api.cerebras.ai", New, true),
        // also codestral.mistral.ai
        new("mistral.ai", Old, true),
        new("api.deepseek.com", Old, true),
        new("api.together.ai", Old, true),
        new("api.together.xyz", Old, true),
        new("api.perplexity.ai", Old, true),
        new("api.z.ai", Old, true),
        new("api.writer.com", Old, false, "/v1/chat"),
        new("ollama.com", Old, false),
    ];

    // Ollama wherever it runs: by the port that is its own unless it is told otherwise.
    private static readonly Service Ollama = new(":11434", Old, false);

    // Models that refuse max_tokens, wherever they are served.
    private static readonly string[] Reasoning = ["o1", "o3", "o4", "gpt-5"];

    /// <param name="Host">The host, or the domain that it stands under.</param>
    /// <param name="Bound">The member that bounds the output.</param>
    /// <param name="SendsUsage">Whether its streams end in usage without being asked; such services may refuse to be asked.</param>
    /// <param name="Path">A path of its own for the format.</param>
    private sealed record Service(string Host, string Bound, bool SendsUsage, string? Path = null);

    public static bool HasOwnPath(in RequestTarget target) => Find(target)?.Path is { } path && target.Path == path;

    public static bool AlwaysSendsUsage(in RequestTarget target) => Find(target)?.SendsUsage ?? false;

    /// <summary>The name under which a bound is inserted where the request has none.</summary>
    public static string BoundName(in RequestTarget target, string? model) =>
        Find(target)?.Bound ?? (IsReasoning(model) ? New : Old);

    /// <summary>Whether the service reads a bound under that name only. Who reads the newer name reads the older one too.</summary>
    public static bool ReadsBoundNameOnly(in RequestTarget target) => Find(target)?.Bound == Old;

    private static Service? Find(in RequestTarget target)
    {
        var authority = target.Authority.AsSpan();
        if (authority.EndsWith(Ollama.Host, StringComparison.Ordinal)) return Ollama;
        var colon = authority.LastIndexOf(':');
        var host = colon < 0 ? authority : authority[..colon];
        foreach (var service in Known)
        {
            if (!host.EndsWith(service.Host, StringComparison.Ordinal)) continue;
            if (host.Length == service.Host.Length || host[host.Length - service.Host.Length - 1] == '.') return service;
        }

        return null;
    }

    private static bool IsReasoning(string? model)
    {
        if (model is null) return false;
        // openai/gpt-5-mini, as routers name it
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        foreach (var prefix in Reasoning)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
