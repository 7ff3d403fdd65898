using System.Collections.Frozen;
using SafeLlm.Formats;

namespace SafeLlm.AspNetCore;

/// <summary>A route of what the provider keeps: <c>/v1/responses/{id}</c>, <c>/v1/files</c>.</summary>
/// <param name="Collection">What is kept there, as the path has it.</param>
/// <param name="Id">What of it the path names; null where it names nothing.</param>
/// <param name="Action">What becomes of it; empty where the path ends with the name.</param>
/// <param name="Method">The method.</param>
internal sealed record KeptRoute(string Collection, string? Id, string Action, string Method)
{
    private static readonly FrozenSet<string> Collections =
        ["responses", "conversations", "files", "batches", "vector_stores", "containers", "uploads", "cachedContents", "completions", "threads", "assistants", "skills"];

    // What follows a collection and is no name.
    private static readonly FrozenSet<string> Verbs = ["input_tokens", "compact", "count_tokens", "search"];

    /// <summary>Whether it spends no tokens: reading, deleting, stopping, and adding to what is the caller's.</summary>
    public bool IsPassage => Id is not null && (Method is "GET" or "HEAD" or "DELETE" || (Method == "POST" && Action is "cancel" or "items"));

    /// <summary>Whether it lists what every tenant has.</summary>
    public bool IsList => Id is null && Method is "GET" or "HEAD";

    /// <summary>Whether its answer may name something new.</summary>
    public bool IsMaking => Method == "POST";

    public bool IsDeletion => Method == "DELETE" && Action.Length == 0;

    /// <summary>Whether things are named as Google does.</summary>
    public bool IsGemini { get; private init; }

    /// <summary>The route; null where the target is none.</summary>
    public static KeptRoute? Of(in RequestTarget target)
    {
        var segments = target.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < segments.Length; i++)
        {
            var segment = Uri.UnescapeDataString(segments[i]);
            if (!Collections.Contains(segment)) continue;
            // A call, with nothing behind it.
            var isCall = segment is "completions" or "responses" && target.Method == "POST";
            var next = i + 1 < segments.Length ? Uri.UnescapeDataString(segments[i + 1]) : null;
            if (next is null ? isCall : Verbs.Contains(next)) return null;
            return new KeptRoute(segment, next, string.Join('/', segments.Skip(i + 2)), target.Method) { IsGemini = target.Path.Contains("/v1beta/", StringComparison.Ordinal) };
        }

        return null;
    }
}
