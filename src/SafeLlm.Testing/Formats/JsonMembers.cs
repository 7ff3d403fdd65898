using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SafeLlm.Testing;

/// <summary>Reads members as strictly as providers do, and writes JSON without reflection.</summary>
internal static class JsonMembers
{
    // Providers send text as it is, not with < for every angle bracket.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static string WriteText(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(Write(write));

    /// <summary>A member that must be a string.</summary>
    public static string Required(this JsonElement body, string member) =>
        body.Find(member) is { ValueKind: JsonValueKind.String } value
            ? value.GetString()!
            : throw new MalformedRequestException(member, $"you must provide a {member} parameter");

    /// <summary>A member that must be a whole number of at least <paramref name="minimum"/> where it is there.</summary>
    public static long? Whole(this JsonElement body, string member, long minimum) => body.Find(member) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) && number >= minimum => number,
        _ => throw new MalformedRequestException(member, FormattableString.Invariant($"Invalid value for '{member}': expected a whole number of at least {minimum}.")),
    };

    /// <summary>Whether a member is true.</summary>
    public static bool Flag(this JsonElement body, string member) => body.Find(member) is { ValueKind: JsonValueKind.True };

    /// <summary>A member that must be an array with something in it.</summary>
    public static JsonElement Array(this JsonElement body, string member) =>
        body.Find(member) is { ValueKind: JsonValueKind.Array } value && value.GetArrayLength() > 0
            ? value
            : throw new MalformedRequestException(member, $"Invalid '{member}': expected an array with at least one item.");

    /// <summary>A member of an object; null where either is missing.</summary>
    public static JsonElement? Find(this JsonElement body, string member) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(member, out var value) ? value : null;
}
