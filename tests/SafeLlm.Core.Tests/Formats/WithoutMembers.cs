using System.Text.Json;

namespace SafeLlm.Tests.Formats;

/// <summary>A document's bytes without some of its members, and without the commas that went with them.</summary>
internal static class WithoutMembers
{
    /// <summary>Takes out members of the document and of its containers, and containers that hold nothing else or are null.</summary>
    public static byte[] Of(ReadOnlySpan<byte> json, IReadOnlyCollection<string> owned, IReadOnlyCollection<string> containers)
    {
        var cut = new List<(int Start, int End)>();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var start = (int)reader.TokenStartIndex;
            reader.Read();
            if (containers.Contains(name) && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.Null)
            {
                var inner = Inside(json, ref reader, owned, out var hasOthers);
                if (hasOthers) cut.AddRange(inner);
                else cut.Add(Member(json, start, (int)reader.BytesConsumed));
                continue;
            }

            reader.Skip();
            if (owned.Contains(name)) cut.Add(Member(json, start, (int)reader.BytesConsumed));
        }

        var kept = new List<byte>(json.Length);
        var from = 0;
        foreach (var (start, end) in cut.OrderBy(range => range.Start))
        {
            kept.AddRange(json[from..Math.Max(from, start)]);
            from = Math.Max(from, end);
        }

        kept.AddRange(json[from..]);
        return [.. kept];
    }

    private static List<(int Start, int End)> Inside(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, IReadOnlyCollection<string> owned, out bool hasOthers)
    {
        var cut = new List<(int, int)>();
        hasOthers = false;
        if (reader.TokenType == JsonTokenType.Null) return cut;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isOwned = owned.Contains(reader.GetString()!);
            var start = (int)reader.TokenStartIndex;
            reader.Read();
            reader.Skip();
            hasOthers |= !isOwned;
            if (isOwned) cut.Add(Member(json, start, (int)reader.BytesConsumed));
        }

        return cut;
    }

    private static (int Start, int End) Member(ReadOnlySpan<byte> json, int start, int end)
    {
        var after = end + json[end..].IndexOfAnyExcept(" \t\r\n"u8);
        if (json[after] == ',') return (start, after + 1);
        // The last member: the comma before it goes with it.
        var before = json[..start].LastIndexOfAnyExcept(" \t\r\n"u8);
        return json[before] == ',' ? (before, end) : (start, end);
    }
}
