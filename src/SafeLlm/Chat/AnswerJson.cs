using System.Buffers;
using System.Text.Json;

namespace SafeLlm.Chat;

/// <summary>Opens an answer's JSON. No exception from here quotes the answer.</summary>
internal static class AnswerJson
{
    // As deep as the APIs' own documents go, with room.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };
    private static readonly JsonReaderOptions StrictReader = new() { MaxDepth = 64 };

    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    /// <summary>Reads a whole answer.</summary>
    /// <exception cref="ResponseFormatException">The bytes are no such answer.</exception>
    /// <exception cref="HttpRequestException">The bytes are an error that the provider sent inside its answer.</exception>
    public static ChatPiece ReadWhole(ChatDialect dialect, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return dialect.Read(Object(document.RootElement));
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw NotReadable(wrong);
        }
    }

    /// <summary>Reads one event of a stream.</summary>
    /// <inheritdoc cref="ReadWhole"/>
    public static ChatPiece? ReadEvent(ChatDialect dialect, ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, StrictReader);
            using var document = JsonDocument.ParseValue(ref reader);
            return dialect.ReadEvent(Object(document.RootElement));
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw NotReadable(wrong);
        }
    }

    /// <summary>An error's code or type, as far as it is a plain word: its message may quote keys or prompts.</summary>
    public static string ErrorCode(JsonElement error)
    {
        foreach (var name in (ReadOnlySpan<string>)["code", "type", "status"])
        {
            if (Text(error, name) is { Length: > 0 and <= 64 } word && !word.AsSpan().ContainsAnyExcept(Plain)) return word;
        }

        return "unnamed";
    }

    public static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static int? Number(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    /// <summary>The member where it is an object; null where it is missing or something else.</summary>
    public static JsonElement? Member(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    /// <summary>The members of a list; none where it is missing or something else.</summary>
    public static JsonElement.ArrayEnumerator List(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;

    public static bool HasList(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array;

    private static JsonElement Object(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new ResponseFormatException("The answer is JSON, and no object as every format has it.");
        if (Member(root, "error") is { } error) throw new HttpRequestException($"The provider broke off its answer with an error ({ErrorCode(error)}).");
        return root;
    }

    private static ResponseFormatException NotReadable(Exception wrong) => wrong is JsonException malformed
        ? new ResponseFormatException(FormattableString.Invariant($"The answer is no JSON that can be read (line {malformed.LineNumber}, byte {malformed.BytePositionInLine})."))
        : new ResponseFormatException("The answer is JSON, and not in the format that was asked for: a member has the wrong kind.", wrong);
}
