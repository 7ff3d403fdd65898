namespace SafeLlm.Chat;

/// <summary>What a service that speaks OpenAI's chat format calls otherwise.</summary>
/// <param name="Seed">The member that makes answers alike.</param>
/// <param name="AsksForUsage">Whether a stream's usage has to be asked for; who sends it anyway may refuse to be asked.</param>
/// <param name="TakesCompletionTokens">Whether the bound is <c>max_completion_tokens</c>; null where that goes by the model.</param>
internal sealed record ChatMembers(string Seed, bool AsksForUsage, bool? TakesCompletionTokens)
{
    // The hosts, and what stands under them: eu.api.openai.com, {resource}.openai.azure.com. Those of Core's ChatServices, which a test holds.
    private static readonly string[] OpenAiHosts = ["api.openai.com", "openai.azure.com", "openai.azure.us", "cognitiveservices.azure.com"];

    /// <summary>Here a model may have any name (a deployment, a tuned one), and all of them take the new bound.</summary>
    public static ChatMembers OpenAi { get; } = new("seed", AsksForUsage: true, TakesCompletionTokens: true);

    /// <summary>Mistral refuses members that it does not know, <c>stream_options</c> among them (docs.mistral.ai, API, chat completions).</summary>
    public static ChatMembers Mistral { get; } = new("random_seed", AsksForUsage: false, TakesCompletionTokens: false);

    /// <summary>Anybody: most know <c>max_tokens</c> alone, and OpenAI's newer models refuse it wherever they are served.</summary>
    public static ChatMembers Other { get; } = new("seed", AsksForUsage: true, TakesCompletionTokens: null);

    public static ChatMembers Of(Uri endpoint) =>
        IsAt(endpoint.IdnHost, "mistral.ai") ? Mistral
        : Array.Exists(OpenAiHosts, host => IsAt(endpoint.IdnHost, host)) ? OpenAi
        : Other;

    private static bool IsAt(string host, string known) =>
        host.EndsWith(known, StringComparison.OrdinalIgnoreCase) && (host.Length == known.Length || host[host.Length - known.Length - 1] == '.');
}
