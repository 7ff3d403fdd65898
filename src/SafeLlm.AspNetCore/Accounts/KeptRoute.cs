using System.Collections.Frozen;
using System.Text.Json;
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

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> ByText = Collections.GetAlternateLookup<ReadOnlySpan<char>>();

    // What follows a collection and is no name.
    private static readonly FrozenSet<string> Verbs = ["input_tokens", "compact", "count_tokens", "search"];

    /// <summary>Whether it spends no tokens: reading, deleting, stopping, adding to what is the caller's, and what costs nothing to make.</summary>
    public bool IsPassage => Id is null ? IsFree : Method is "GET" or "HEAD" or "DELETE" || (Method == "POST" && Action is "cancel" or "items");

    /// <summary>Whether it makes something that costs nothing by itself. A batch does not: what is in it cannot be bounded.</summary>
    public bool IsFree => Id is null && Method == "POST" && Collection is "files" or "conversations";

    /// <summary>
    /// Whether the content of a free route asks for nothing that costs: on the path on which OpenAI makes a conversation and no more, Mistral
    /// generates as well (its API reference, <c>POST /v1/conversations</c>), so only what OpenAI's takes may be said there.
    /// </summary>
    public bool AsksForNoMore(ReadOnlySpan<byte> body) => Collection != "conversations" || Id is not null || HasOnly(body, "items", "metadata");

    private static bool HasOnly(ReadOnlySpan<byte> body, params ReadOnlySpan<string> members)
    {
        if (body.Trim(" \t\r\n"u8).IsEmpty) return true;
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!members.Contains(reader.GetString())) return false;
                reader.Skip();
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether its content is a file and not JSON.</summary>
    public bool IsUpload => IsFree && Collection == "files";

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
        var path = target.Path;
        foreach (var range in path.AsSpan().Split('/'))
        {
            var segment = path.AsSpan()[range];
            // Nearly every segment is written plainly and no collection: looked up without a string.
            if (!(segment.Contains('%') ? Collections.Contains(Uri.UnescapeDataString(segment)) : ByText.Contains(segment))) continue;
            var collection = Uri.UnescapeDataString(segment);
            var rest = range.End.Value < path.Length ? path[range.End.Value..].Split('/', StringSplitOptions.RemoveEmptyEntries) : [];
            var next = rest.Length > 0 ? Uri.UnescapeDataString(rest[0]) : null;
            // A call, with nothing behind it.
            var isCall = collection is "completions" or "responses" && target.Method == "POST";
            if (next is null ? isCall : Verbs.Contains(next)) return null;
            return new KeptRoute(collection, next, string.Join('/', rest.Skip(1)), target.Method) { IsGemini = path.Contains("/v1beta/", StringComparison.Ordinal) };
        }

        return null;
    }
}
