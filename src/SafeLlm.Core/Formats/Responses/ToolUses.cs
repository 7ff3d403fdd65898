namespace SafeLlm.Formats;

/// <summary>How answers tell what tools did that ran at the provider.</summary>
internal static class ToolUses
{
    /// <summary>OpenAI's items of the output, each a use: in the final event of a stream, or the whole answer. Newer answers count searches besides.</summary>
    public static readonly (string Path, Skim Field)[] Responses =
    [
        .. Items("output[]"),
        .. Items("response.output[]"),
        ("tool_usage.web_search.num_requests", Skim.WebSearches),
        ("response.tool_usage.web_search.num_requests", Skim.WebSearches),
    ];

    /// <summary>The sources that xAI charges for; 0 where nothing was searched for.</summary>
    public static readonly (string Path, Skim Field)[] Chat = [("usage.num_sources_used", Skim.WebSearches)];

    /// <summary>Anthropic's count, which an answer without any use leaves out: then its blocks tell that there was none.</summary>
    public static readonly (string Path, Skim Field)[] Anthropic =
    [
        ("usage.server_tool_use.web_search_requests", Skim.WebSearches),
        ("message.usage.server_tool_use.web_search_requests", Skim.WebSearches),
        ("content[].type", Skim.BlockType),
        ("content_block.type", Skim.BlockType),
    ];

    /// <summary>Google's queries. An answer without them may have searched all the same: that it called a function instead of answering hides it.</summary>
    public static readonly (string Path, Skim Field)[] Google = [("candidates[].groundingMetadata.webSearchQueries[]", Skim.WebQuery)];

    /// <summary>Searches in the web that are charged; null where the answer does not say.</summary>
    public static long? Searches(Tally tally)
    {
        var items = tally[Skim.WebSearchItems];
        // The provider's own number; an item of the output is a search at least.
        if (tally[Skim.WebSearches] is { } counted) return Math.Max(counted, items ?? 0);
        // Without one, each query is taken for a search of its own, as OpenAI was seen to bill them.
        if (items is not null || tally[Skim.WebQueries] is not null) return Math.Max(items ?? 0, tally[Skim.WebQueries] ?? 0);
        return tally[Skim.ToolBlocks] == 0 ? 0 : null;
    }

    private static (string Path, Skim Field)[] Items(string at) => [($"{at}.type", Skim.ItemType), ($"{at}.action.queries[]", Skim.WebQuery)];
}
