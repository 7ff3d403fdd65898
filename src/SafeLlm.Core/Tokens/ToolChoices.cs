using System.Text.Json;

namespace SafeLlm.Tokens;

/// <summary>Reads what a request says about which tool must be called, in the shapes of all wire formats.</summary>
internal static class ToolChoices
{
    private static readonly string[] Free = ["auto", "none", "AUTO", "NONE", "MODE_UNSPECIFIED"];

    /// <summary>Whether a tool must be called, and which, where one is named.</summary>
    /// <param name="raw">A JSON string's content, or raw JSON.</param>
    public static (bool IsForced, string? Name) Of(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty || raw[0] != '{')
        {
            foreach (var free in Free)
            {
                if (raw.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(free)))
                {
                    return (false, null);
                }
            }

            return (!raw.IsEmpty, null);
        }

        var reader = new Utf8JsonReader(raw);
        try
        {
            return JsonElement.TryParseValue(ref reader, out var choice) ? Of(choice.Value) : (true, null);
        }
        catch (JsonException)
        {
            // what cannot be read may force: the dearer of the two
            return (true, null);
        }
    }

    private static (bool IsForced, string? Name) Of(JsonElement choice)
    {
        // {"functionCallingConfig": {"mode": "ANY"}}, and amazon's {"any": {}} and {"tool": {"name": …}}
        if ((Object(choice, "functionCallingConfig") ?? Object(choice, "function_calling_config")) is { } google)
        {
            return (Text(google, "mode") is { } mode && !Free.Contains(mode), null);
        }

        if (Object(choice, "any") is not null || Object(choice, "tool") is not null)
        {
            return (true, Object(choice, "tool") is { } tool ? Text(tool, "name") : null);
        }

        if (Object(choice, "auto") is not null)
        {
            return (false, null);
        }

        var name = Text(choice, "name") ?? (Object(choice, "function") is { } function ? Text(function, "name") : null);
        var kind = Text(choice, "mode") ?? Text(choice, "type");
        return (name is not null || kind is null || !Free.Contains(kind), name);
    }

    private static JsonElement? Object(JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
