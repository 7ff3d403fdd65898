using System.Buffers;
using System.Text;
using System.Text.Json;

namespace SafeLlm.AspNetCore;

/// <summary>Adds a tier's stop sequences to those of a request, by splicing: every byte that stood there stays.</summary>
internal sealed class StopSplice
{
    private readonly IReadOnlyList<(string Text, byte[] Json)> sequences;

    public StopSplice(IEnumerable<string> sequences) =>
        this.sequences = [.. sequences.Distinct(StringComparer.Ordinal).Select(text => (text, Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text)}\"")))];

    public bool IsEmpty => sequences.Count == 0;

    /// <summary>The request with the sequences in it; the same memory where they are there already. Null where they are more than the provider takes.</summary>
    /// <param name="body">The request: one sound JSON object.</param>
    /// <param name="place">Where it takes them.</param>
    public ReadOnlyMemory<byte>? Add(ReadOnlyMemory<byte> body, StopPlace place)
    {
        var json = body.Span;
        if (place.Containers.Length == 0) return AddTo(body, 0, place);
        if (Find(json, 0, place.Containers) is not { } container)
        {
            return Insert(json, Opening(json, 0), Member(place.Containers[0], [.. "{"u8, .. Member(place.Members[0], Array([], "")), .. "}"u8]), place);
        }

        return container.Type switch
        {
            JsonTokenType.StartObject => AddTo(body, container.Start, place),
            JsonTokenType.Null => Splice(json, container.Start, container.End, [.. "{"u8, .. Member(place.Members[0], Array([], "")), .. "}"u8]),
            // The provider will say what is wrong with it.
            _ => body,
        };
    }

    private ReadOnlyMemory<byte>? AddTo(ReadOnlyMemory<byte> body, int at, StopPlace place)
    {
        var json = body.Span;
        if (Find(json, at, place.Members) is not { } found) return Insert(json, Opening(json, at), Member(place.Members[0], Array([], "")), place);
        switch (found.Type)
        {
            case JsonTokenType.Null:
                return sequences.Count > place.Most ? null : Splice(json, found.Start, found.End, Array([], ""));
            case JsonTokenType.String or JsonTokenType.StartArray:
                var given = Given(json[found.Start..found.End]);
                var missing = sequences.Where(sequence => !given.Contains(sequence.Text)).ToList();
                if (missing.Count == 0) return body;
                if (given.Count + missing.Count > place.Most) return null;
                var isArray = found.Type == JsonTokenType.StartArray;
                // The inside of the list, with all that stands between its elements.
                var inside = Encoding.UTF8.GetString(isArray ? json[(found.Start + 1)..(found.End - 1)] : json[found.Start..found.End]);
                return Splice(json, found.Start, found.End, Array(given, inside));
            default:
                return body;
        }
    }

    private byte[] Array(HashSet<string> given, string inside)
    {
        var text = new ArrayBufferWriter<byte>();
        text.Write("["u8);
        text.Write(Encoding.UTF8.GetBytes(inside));
        var isFirst = given.Count == 0;
        foreach (var (sequence, json) in sequences)
        {
            if (given.Contains(sequence)) continue;
            if (!isFirst) text.Write(","u8);
            text.Write(json);
            isFirst = false;
        }

        text.Write("]"u8);
        return text.WrittenSpan.ToArray();
    }

    private ReadOnlyMemory<byte>? Insert(ReadOnlySpan<byte> json, (int At, bool IsEmpty) opening, byte[] member, StopPlace place)
    {
        if (sequences.Count > place.Most) return null;
        return Splice(json, opening.At, opening.At, opening.IsEmpty ? member : [.. member, .. ","u8]);
    }

    private static byte[] Member(string name, byte[] value) => [.. Encoding.UTF8.GetBytes($"\"{name}\":"), .. value];

    private static byte[] Splice(ReadOnlySpan<byte> json, int start, int end, ReadOnlySpan<byte> text) => [.. json[..start], .. text, .. json[end..]];

    /// <summary>Where an object's first member may stand, and whether it has none.</summary>
    private static (int At, bool IsEmpty) Opening(ReadOnlySpan<byte> json, int at)
    {
        var reader = new Utf8JsonReader(json[at..]);
        reader.Read();
        var opening = at + (int)reader.BytesConsumed;
        reader.Read();
        return (opening, reader.TokenType == JsonTokenType.EndObject);
    }

    private static (int Start, int End, JsonTokenType Type)? Find(ReadOnlySpan<byte> json, int at, string[] names)
    {
        var reader = new Utf8JsonReader(json[at..]);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFound = false;
            foreach (var name in names) isFound |= reader.ValueTextEquals(name);
            reader.Read();
            var (start, type) = (at + (int)reader.TokenStartIndex, reader.TokenType);
            reader.Skip();
            if (isFound) return (start, at + (int)reader.BytesConsumed, type);
        }

        return null;
    }

    private static HashSet<string> Given(ReadOnlySpan<byte> value)
    {
        var given = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(value);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String) given.Add(reader.GetString()!);
        }

        return given;
    }
}
