using System.Text.Json;
using SafeLlm.Tests.Formats;

namespace SafeLlm.Tests.Tokens;

/// <summary>
/// Finds by itself, without the wire formats, what makes a recorded request's input unknowable: hosted tools, server state,
/// media behind an address, files, replayed reasoning.
/// </summary>
internal static class UnknowableSigns
{
    private static readonly string[] State = ["previous_response_id", "conversation", "prompt", "container", "cachedContent", "variables"];
    private static readonly string[] Items = ["message", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output"];
    private static readonly string[] Files = ["file", "input_file", "document", "input_audio", "document_url", "video_url"];

    public static IReadOnlySet<string> In(Recording recording)
    {
        var signs = new SortedSet<string>(StringComparer.Ordinal);
        if (recording.Request.Length == 0 || recording.Request[0] != '{')
        {
            return signs;
        }

        var root = JsonElement.Parse(recording.Request);
        Root(root, recording.Wire, signs);
        foreach (var place in (string[])["messages", "input", "contents", "system", "instructions"])
        {
            if (root.TryGetProperty(place, out var prompt))
            {
                Walk(prompt, place == "input" && recording.Wire == "openai-responses" ? 1 : 0, signs);
            }
        }

        return signs;
    }

    private static void Root(JsonElement root, string wire, SortedSet<string> signs)
    {
        foreach (var member in root.EnumerateObject())
        {
            var isSaid = member.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False);
            if (isSaid && State.Contains(member.Name) && (wire == "openai-responses" || member.Name is not "prompt") && (wire is "openai-responses" or "anthropic-messages" or "gemini" or "openai-completions"))
            {
                signs.Add("state");
            }

            if (isSaid && member.Name is "web_search_options" or "plugins" or "mcp_servers" or "preset" && !IsEmpty(member.Value))
            {
                signs.Add("hosted tools");
            }

            if (member.Name == "tools" && member.Value.ValueKind == JsonValueKind.Array && member.Value.EnumerateArray().Any(tool => IsHosted(tool, wire)))
            {
                signs.Add("hosted tools");
            }
        }
    }

    private static bool IsHosted(JsonElement tool, string wire) => wire switch
    {
        "openai-chat" or "openai-responses" => Text(tool, "type") is not (null or "function" or "custom"),
        "anthropic-messages" => Text(tool, "type") is not (null or "custom" or "function"),
        "gemini" => tool.ValueKind == JsonValueKind.Object && tool.EnumerateObject().Any(member => member.Name is not ("functionDeclarations" or "function_declarations")),
        _ => false,
    };

    private static void Walk(JsonElement element, int level, SortedSet<string> signs)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Walk(item, level, signs);
            }
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (Text(element, "type") is { } type)
        {
            AddIf(signs, Files.Contains(type), "file");
            AddIf(signs, type is "reasoning" or "redacted_thinking", "replayed reasoning");
            AddIf(signs, type is "tool_reference" or "compaction", "unknown item");
            AddIf(signs, level == 1 && !Items.Contains(type), "unknown item");
        }

        foreach (var member in element.EnumerateObject())
        {
            AddIf(signs, member.Name is "document" or "video" or "audio" or "fileData" or "file_data" or "fileUri" && member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.String, "file");
            AddIf(signs, member.Name is "thoughtSignature" or "thought_signature" or "encrypted_content" or "redactedContent" && member.Value.ValueKind == JsonValueKind.String, "replayed reasoning");
            AddIf(signs, member.Name is "searchResult" or "citationsContent", "unknown item");
            AddIf(signs, member.Name is "url" or "image_url" or "uri" && member.Value is { ValueKind: JsonValueKind.String } address && address.GetString()!.StartsWith("http", StringComparison.Ordinal), "remote");
            AddIf(signs, member.Name is "mimeType" or "mime_type" or "media_type" && member.Value.ValueKind == JsonValueKind.String && !member.Value.GetString()!.StartsWith("image/", StringComparison.Ordinal), "file");

            // arguments of tools may hold anything
            if (member.Name is not ("input" or "args" or "arguments" or "toolUse" or "json" or "response"))
            {
                Walk(member.Value, 0, signs);
            }
        }
    }

    private static void AddIf(SortedSet<string> signs, bool isThere, string sign)
    {
        if (isThere)
        {
            signs.Add(sign);
        }
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
