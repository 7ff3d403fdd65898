using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Tokens;

/// <summary>
/// A response schema as OpenAI's models read it, found on recorded traffic: a heading, the description, and the schema
/// without white space and without the members that only steer the decoder.
/// </summary>
internal static class SchemaRendering
{
    private static readonly JsonWriterOptions Minified = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Renders a response schema: chat has its name and description in the same object, Responses beside it, where they are
    /// parts that belong to no message.
    /// </summary>
    /// <returns>False where it cannot be read: it is then counted as the text it is.</returns>
    public static bool TryRender(CallFacts facts, in PromptPart part, PooledText output)
    {
        try
        {
            using var document = JsonDocument.Parse(facts.Body.Slice(part.Start, part.Length));
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            output.Clear();
            output.Append("# Response Formats\n\n## "u8);
            var isWrapped = root.TryGetProperty("schema", out var schema);
            Write(facts, PromptPartKind.Name, isWrapped ? Text(root, "name") : null, output);
            output.Append("\n\n"u8);
            var start = output.Written.Length;
            output.Append("// "u8);
            if (Write(facts, PromptPartKind.Text, isWrapped ? Text(root, "description") ?? "" : null, output))
            {
                output.Append("\n"u8);
            }
            else
            {
                output.CutTo(start);
            }

            using var writer = new Utf8JsonWriter(output, Minified);
            Write(isWrapped ? schema : root, writer, isSchema: true);
            return true;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement root, string member) =>
        root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Write(CallFacts facts, PromptPartKind kind, string? text, PooledText output)
    {
        if (text is not null)
        {
            output.Append(Encoding.UTF8.GetBytes(text));
            return text.Length > 0;
        }

        foreach (var part in facts.Parts)
        {
            if (part.Kind == kind && part.Message < 0)
            {
                facts.WriteText(part, output);
                return true;
            }
        }

        return false;
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
