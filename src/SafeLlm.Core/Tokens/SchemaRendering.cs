using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SafeLlm.Tokens;

/// <summary>
/// A response schema as OpenAI's models read it, found on recorded traffic: a heading, the description, and the schema
/// without white space and without the members that only steer the decoder.
/// </summary>
internal static class SchemaRendering
{
    private static readonly JsonWriterOptions Minified = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Renders the <c>json_schema</c> member of a response format.</summary>
    /// <returns>Null where it cannot be read.</returns>
    public static byte[]? Of(ReadOnlyMemory<byte> format)
    {
        try
        {
            using var document = JsonDocument.Parse(format);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var schema = root.TryGetProperty("schema", out var inner) ? inner : root;
            var output = new ArrayBufferWriter<byte>(format.Length + 64);
            output.Write("# Response Formats\n\n## "u8);
            Write(root, "name", output);
            output.Write("\n\n"u8);
            if (root.TryGetProperty("description", out var description) && description.ValueKind == JsonValueKind.String)
            {
                output.Write("// "u8);
                Write(root, "description", output);
                output.Write("\n"u8);
            }

            using (var writer = new Utf8JsonWriter(output, Minified))
            {
                Write(schema, writer, isSchema: true);
            }

            return output.WrittenSpan.ToArray();
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // the schema is then counted as the text it is
            return null;
        }
    }

    private static void Write(JsonElement root, string member, IBufferWriter<byte> output)
    {
        if (root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String)
        {
            Encoding.UTF8.GetBytes(value.GetString()!, output);
        }
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer, bool isSchema)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    if (isSchema && member.Name is "additionalProperties" or "required" && member.Value.ValueKind != JsonValueKind.Object)
                    {
                        continue;
                    }

                    writer.WritePropertyName(member.Name);

                    // a property may have any name, also that of a keyword
                    Write(member.Value, writer, isSchema ? member.Name is not ("properties" or "$defs" or "definitions") : true);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(item, writer, isSchema: true);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
