using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace SafeLlm.Tokens;

/// <summary>
/// Tool declarations as OpenAI's models read them: a TypeScript namespace. The rendering was found by others from reported
/// usage (hmarr/openai-chat-tokens, pamelafox/openai-messages-token-helper) and corrected by titles, defaults and nullable
/// types on recorded traffic.
/// </summary>
internal sealed class ToolRendering
{
    private const int MostDepth = 32;

    // a few references to references grow without bound; what is longer is no schema that a provider takes
    private const int MostGrowth = 16;
    private const int LeastRoom = 64 * 1024;

    private readonly StringBuilder text = new();
    private long room;
    private JsonElement root;
    private Dictionary<string, JsonElement>? definitions;

    private ToolRendering(long room) => this.room = room;

    /// <summary>Functions that were rendered.</summary>
    public int Functions { get; private set; }

    /// <summary>Functions with properties of which none has a description or a title.</summary>
    public int BareFunctions { get; private set; }

    /// <summary>Renders declarations: an array of tools in any of OpenAI's shapes, or of functions.</summary>
    /// <returns>Null where the declarations cannot be read or hold what is no function.</returns>
    public static ToolRendering? Of(ReadOnlyMemory<byte> declarations)
    {
        try
        {
            using var document = JsonDocument.Parse(declarations);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            var rendering = new ToolRendering(LeastRoom + ((long)MostGrowth * declarations.Length));
            rendering.text.Append("namespace functions {\n\n");
            foreach (var tool in document.RootElement.EnumerateArray())
            {
                var function = Member(tool, "function") is { ValueKind: JsonValueKind.Object } inner ? inner : tool;
                if (Text(function, "name") is not { } name)
                {
                    return null;
                }

                rendering.Function(name, function);
            }

            rendering.text.Append("} // namespace functions");
            return rendering;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // the declarations are then counted as the text they are
            return null;
        }
    }

    /// <summary>Whether references may make the rendering longer than the declarations themselves.</summary>
    public static bool MayGrow(ReadOnlySpan<byte> declarations) => declarations.IndexOf("$ref"u8) >= 0;

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    private void Function(string name, JsonElement function)
    {
        Functions++;
        Comment(Text(function, "description"));
        var parameters = Member(function, "parameters") ?? default;
        root = parameters;
        definitions = null;
        if (Member(parameters, "properties") is { ValueKind: JsonValueKind.Object } properties && properties.EnumerateObject().Any())
        {
            BareFunctions += properties.EnumerateObject().Any(property => Text(property.Value, "description") is not null || Text(property.Value, "title") is not null) ? 0 : 1;
            text.Append("type ").Append(name).Append(" = (_: {\n");
            Properties(parameters, properties, 0);
            text.Append("}) => any;\n\n");
        }
        else
        {
            text.Append("type ").Append(name).Append(" = () => any;\n\n");
        }
    }

    private void Properties(JsonElement schema, JsonElement properties, int depth)
    {
        Comment(Text(schema, "title"));
        var required = Member(schema, "required") is { ValueKind: JsonValueKind.Array } names
            ? names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()).ToHashSet()
            : [];
        foreach (var property in properties.EnumerateObject())
        {
            var title = Text(property.Value, "title");
            var description = Text(property.Value, "description");
            Comment(title);
            if (title is not null && description is not null)
            {
                text.Append("//\n");
            }

            Comment(description);
            Comment(Format(property.Value) is { } format ? $"Format: {format}" : null);
            text.Append(property.Name).Append(required.Contains(property.Name) ? ": " : "?: ");
            Type(property.Value, depth + 1);
            text.Append(',');
            if (Member(property.Value, "default") is { } value)
            {
                text.Append(" // default: ").Append(value.GetRawText());
            }

            text.Append('\n');
        }

        if (Member(schema, "additionalProperties") is { ValueKind: JsonValueKind.True })
        {
            text.Append("[k: string]: any,\n");
        }
    }

    private static string? Format(JsonElement property) =>
        Text(property, "format") ?? (Member(property, "anyOf") is { ValueKind: JsonValueKind.Array } choices
            ? choices.EnumerateArray().Select(choice => Text(choice, "format")).FirstOrDefault(format => format is not null)
            : null);

    private void Comment(string? comment)
    {
        if (!string.IsNullOrWhiteSpace(comment))
        {
            text.Append("// ").Append(comment.Trim()).Append('\n');
        }
    }

    private void Type(JsonElement schema, int depth)
    {
        if (depth > MostDepth)
        {
            text.Append("any");
        }
        else if (Resolve(schema) is { } referred)
        {
            Type(referred, depth + 1);
        }
        else if (Member(schema, "enum") is { ValueKind: JsonValueKind.Array } values)
        {
            text.AppendJoin(" | ", values.EnumerateArray().Select(value => value.GetRawText()));
        }
        else if ((Member(schema, "anyOf") ?? Member(schema, "oneOf")) is { ValueKind: JsonValueKind.Array } choices)
        {
            Join(choices, depth);
        }
        else if (Member(schema, "type") is { ValueKind: JsonValueKind.Array } types)
        {
            text.AppendJoin(" | ", types.EnumerateArray().Select(type => Simple(type.ValueKind == JsonValueKind.String ? type.GetString() : null)));
        }
        else
        {
            Named(Text(schema, "type"), schema, depth);
        }
    }

    /// <summary>What <c>#/$defs/Name</c> refers to, in the same function's schema. Each use is charged with the length of what it repeats.</summary>
    private JsonElement? Resolve(JsonElement schema)
    {
        if (Text(schema, "$ref") is not { } reference)
        {
            return null;
        }

        definitions ??= Definitions();
        if (!definitions.TryGetValue(reference, out var definition))
        {
            return null;
        }

        room -= JsonMarshal.GetRawUtf8Value(definition).Length;
        return room > 0 ? definition : throw new InvalidOperationException("The references of a tool's schema grow without bound.");
    }

    private Dictionary<string, JsonElement> Definitions()
    {
        var all = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var place in (string[])["$defs", "definitions"])
        {
            if (Member(root, place) is not { ValueKind: JsonValueKind.Object } group)
            {
                continue;
            }

            foreach (var definition in group.EnumerateObject())
            {
                all[$"#/{place}/{definition.Name}"] = definition.Value;
            }
        }

        return all;
    }

    private void Join(JsonElement choices, int depth)
    {
        var isFirst = true;
        foreach (var choice in choices.EnumerateArray())
        {
            text.Append(isFirst ? "" : " | ");
            isFirst = false;
            Type(choice, depth + 1);
        }
    }

    private void Named(string? type, JsonElement schema, int depth)
    {
        switch (type)
        {
            case "array" when Member(schema, "items") is { ValueKind: JsonValueKind.Object } items && Text(items, "$ref") is null:
                Type(items, depth + 1);
                text.Append("[]");
                break;
            case "object" when Member(schema, "properties") is { ValueKind: JsonValueKind.Object } properties:
                text.Append("{\n");
                Properties(schema, properties, depth + 1);
                text.Append('}');
                break;
            default:
                text.Append(Simple(type));
                break;
        }
    }

    private static string Simple(string? type) => type switch
    {
        "integer" => "number",
        "array" => "any[]", // also where the items are a reference: those are not followed
        null => "any",
        _ => type,
    };
}
