using Microsoft.Extensions.AI;
using SafeLlm.Formats;

namespace SafeLlm.Extensions.AI;

/// <summary>
/// Counts what an answer tells of the uses of tools that run at the provider. Of a tool that it says nothing of nobody knows whether it was not
/// used or its client does not tell: such a one stays at its most.
/// </summary>
internal sealed class HostedToolUses
{
    private Dictionary<string, int>? searches;
    private HashSet<string>? codeRuns;
    private int nameless;

    /// <summary>Takes a part of the answer. A stream tells the same use several times, as it goes on.</summary>
    public void Add(IEnumerable<AIContent> contents)
    {
        foreach (var content in contents)
        {
            switch (content)
            {
                case WebSearchToolCallContent search:
                    Search(search.CallId, search.Queries?.Count ?? 0);
                    break;
                case WebSearchToolResultContent result:
                    Search(result.CallId, 0);
                    break;
                case CodeInterpreterToolCallContent or CodeInterpreterToolResultContent:
                    (codeRuns ??= new(StringComparer.Ordinal)).Add(Id((content as ToolCallContent)?.CallId ?? (content as ToolResultContent)?.CallId));
                    break;
            }
        }
    }

    /// <summary>A whole answer with this usage, and with what was told.</summary>
    public ResponseReading Read(BillableUsage usage) => new()
    {
        Billable = usage,
        IsComplete = true,
        // As the answers of providers are read: each query is a search, and so is each call at least.
        WebSearches = searches is null ? null : Math.Max(searches.Count, searches.Values.Sum()),
        CodeRuns = codeRuns?.Count,
    };

    private void Search(string? id, int queries)
    {
        searches ??= new(StringComparer.Ordinal);
        id = Id(id);
        searches[id] = Math.Max(searches.GetValueOrDefault(id), queries);
    }

    // What has no id is told apart from all others: a use too many costs less than one that nobody counts.
    private string Id(string? id) => string.IsNullOrEmpty(id) ? $"\0{nameless++}" : id;
}
