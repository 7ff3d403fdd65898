using System.Text.Json;
using System.Text.Unicode;

namespace SafeLlm.Formats;

/// <summary>
/// The strict check of a JSON document that a server makes before it acts on one: valid UTF-8, no lone surrogates, one
/// document, at most <see cref="MaxDepth"/> deep, no member twice in any object. Two readers that take different ones of two
/// members would bound one request and bill another (CVE-2017-12635 is of that kind).
/// </summary>
/// <remarks>
/// Which names count as known depends on the wire format; a known name in another case is refused by
/// <see cref="WireFormats.Read"/>, not here.
/// </remarks>
public static class StrictJson
{
    /// <summary>How many objects and arrays may stand within one another: 64.</summary>
    public const int MaxDepth = 64;

    /// <summary>What is wrong with a document; null where nothing is. Linear in the document, whatever the document.</summary>
    public static RequestReading.Malformed? Check(ReadOnlySpan<byte> json)
    {
        if (CheckText(json) is { } malformed) return malformed;
        using var names = MemberNames.Rent();
        var reader = new Utf8JsonReader(json, Options);
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        names.Open();
                        break;
                    case JsonTokenType.PropertyName:
                        names.Add((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, reader.ValueIsEscaped);
                        break;
                    case JsonTokenType.Number:
                        if (Overflows(ref reader)) return JsonFault.Overflow();
                        break;
                    case JsonTokenType.EndObject:
                        if (names.Close(json) is { } twice) return JsonFault.Duplicate(twice);
                        break;
                }
            }
        }
        catch (JsonException)
        {
            return Fault(json, reader.BytesConsumed);
        }

        return null;
    }

    internal static JsonReaderOptions Options => new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>What is wrong with a document at which a reader stopped: the reader does not tell "too deep" from "no JSON".</summary>
    internal static RequestReading.Malformed Fault(ReadOnlySpan<byte> json, long position)
    {
        var reader = new Utf8JsonReader(json, new() { MaxDepth = MaxDepth + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= MaxDepth) return JsonFault.Depth();
            }
        }
        catch (JsonException)
        {
            // It is no JSON before it is too deep.
        }

        return JsonFault.Invalid(position);
    }

    /// <summary>Whether one reader would take the number for infinity and another for none. Integers of any length are exact to some.</summary>
    private static bool Overflows(ref Utf8JsonReader reader)
    {
        const int longestFinite = 308;
        var digits = reader.ValueSpan;
        return (digits.ContainsAny((byte)'e', (byte)'E') || (digits.Length > longestFinite && digits.Contains((byte)'.')))
            && (!reader.TryGetDouble(out var value) || !double.IsFinite(value));
    }

    /// <summary>What a JSON reader does not look at: the encoding of the text and of its escapes.</summary>
    internal static RequestReading.Malformed? CheckText(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return JsonFault.Empty();
        if (json.StartsWith("\uFEFF"u8)) return JsonFault.ByteOrderMark();
        if (!Utf8.IsValid(json)) return JsonFault.NotUtf8();
        return JsonText.HasLoneSurrogate(json) ? JsonFault.LoneSurrogate() : null;
    }
}
