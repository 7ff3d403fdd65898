namespace SafeLlm.Pricing;

/// <summary>What is known without being told of the prices of tools that run at the provider.</summary>
public static class KnownToolPrices
{
    /// <summary>What a request of xAI's calls a search whose sources are paid for.</summary>
    internal const string LiveSearch = "search_parameters";

    // $25 for a thousand, whatever the model (xAI's documentation of Live Search).
    private const decimal DollarsPerSource = 0.025m;

    /// <summary>
    /// Dollars a use, on top of the tokens: 0 for tools that providers charge nothing for, the catalog's price of a search for searches
    /// in the web, xAI's of a source for its Live Search; null where it is not known.
    /// </summary>
    /// <param name="tool">The tool as the request names it.</param>
    /// <param name="model">The price of the model that uses it.</param>
    public static decimal? Find(string tool, ModelPrice model)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(model);
        if (IsFree(tool)) return 0;
        if (tool == LiveSearch) return IsGrok(model) ? DollarsPerSource : null;
        // A model whose calls have a price of their own has the search in it.
        if (tool == SearchingModel.Tool && model.PerCall > 0) return 0;
        return IsSearch(tool) && model.PerSearch > 0 ? model.PerSearch : null;
    }

    /// <summary>How often a call uses a tool at most by the provider's own rule, whatever it does: up to Gemini 2.5 Google bills a search once a call; null where no rule says so.</summary>
    /// <param name="tool">The tool as the request names it.</param>
    /// <param name="model">The price of the model that uses it.</param>
    public static long? MostUses(string tool, ModelPrice model)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(model);
        var name = model.Model.AsSpan(model.Model.LastIndexOf('/') + 1);
        return IsGoogleSearch(tool) && (name.StartsWith("gemini-1", StringComparison.OrdinalIgnoreCase) || name.StartsWith("gemini-2", StringComparison.OrdinalIgnoreCase)) ? 1 : null;
    }

    private static bool IsGrok(ModelPrice model) => model.Model.AsSpan(model.Model.LastIndexOf('/') + 1).StartsWith("grok", StringComparison.OrdinalIgnoreCase);

    private static bool IsSearch(string tool) => IsGoogleSearch(tool) || tool.StartsWith("web_search", StringComparison.Ordinal);

    private static bool IsGoogleSearch(string tool) => tool is "googleSearch" or "google_search" or "googleSearchRetrieval" or "google_search_retrieval";

    // They cost their tokens and no more: the servers of others, searches among the caller's own tools, data and pages that are fetched, and
    // what Google runs or leaves to the caller. Anthropic's execution of code has a date in its name, and a price.
    private static bool IsFree(string tool) =>
        tool is "mcp" or "mcp_servers" or "mcpServers" or "mcp_toolset" or "namespace" or "tool_search" or "data_sources" or "dataSources"
            or "urlContext" or "url_context" or "codeExecution" or "code_execution" or "fileSearch" or "computerUse" or "computer_use"
        || tool.StartsWith("tool_search_tool_", StringComparison.Ordinal)
        || tool.StartsWith("web_fetch", StringComparison.Ordinal);
}
