using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Chat;

/// <summary>Writes messages as Anthropic's turns: results of tools belong to the user's turn, and turns take turns.</summary>
internal static class AnthropicTurnWriter
{
    private const string Format = "anthropic-messages";

    public static void Write(Utf8JsonWriter json, IReadOnlyList<PromptMessage> messages)
    {
        bool? byAssistant = null;
        foreach (var message in messages)
        {
            if (message.Role is PromptRole.System or PromptRole.Developer) continue;

            var isAssistant = message.Role == PromptRole.Assistant;
            if (byAssistant != isAssistant)
            {
                if (byAssistant is not null) End(json);
                json.WriteStartObject();
                json.WriteString("role"u8, isAssistant ? "assistant"u8 : "user"u8);
                json.WriteStartArray("content"u8);
                byAssistant = isAssistant;
            }

            if (message.ToolCallId is { } id) WriteToolResult(json, id, message.Text);
            else WriteContent(json, message);
        }

        if (byAssistant is not null) End(json);
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteToolResult(Utf8JsonWriter json, string id, string result)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_result"u8);
        json.WriteString("tool_use_id"u8, id);
        json.WriteString("content"u8, result);
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, PromptMessage message)
    {
        foreach (var image in message.Images) WriteImage(json, image);
        foreach (var file in message.Files) WriteFile(json, file);

        // An empty text block is refused by the API.
        if (message.Text.Length > 0)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, message.Text);
            json.WriteEndObject();
        }

        foreach (var call in message.ToolCalls)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_use"u8);
            json.WriteString("id"u8, call.Id);
            json.WriteString("name"u8, call.Name);
            json.WritePropertyName("input"u8);
            WriteArguments(json, call);
            json.WriteEndObject();
        }
    }

    private static void WriteArguments(Utf8JsonWriter json, ToolCall call)
    {
        var text = call.Arguments.AsSpan().Trim();
        try
        {
            if (text.IsEmpty) text = "{}";
            if (text[0] == '{')
            {
                json.WriteRawValue(text);
                return;
            }
        }
        catch (JsonException)
        {
            // Said below, without the text.
        }

        throw ChatRequestRules.Unsayable($"A call of the tool {call.Name} whose arguments are no JSON object", Format, "Leave the turn out, or tell the model of it in words.");
    }

    private static void WriteImage(Utf8JsonWriter json, Uri image)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image"u8);
        json.WriteStartObject("source"u8);
        if (!image.IsAbsoluteUri || image.Scheme != "data")
        {
            WriteUrl(json, image);
        }
        else
        {
            // data:image/png;base64,…
            var text = image.OriginalString.AsSpan(5);
            var comma = text.IndexOf(',');
            if (comma < 0 || !text[..comma].EndsWith(";base64", StringComparison.OrdinalIgnoreCase)) throw ChatRequestRules.Unsayable("An image as data that is not base64", Format, "Encode it as base64.");
            WriteBase64(json, text[..(comma - ";base64".Length)], text[(comma + 1)..]);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, PromptFile file)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "document"u8);
        json.WriteString("title"u8, file.Name);
        json.WriteStartObject("source"u8);
        if (file.Address is { } address)
        {
            WriteUrl(json, address);
        }
        else if (file.MediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase))
        {
            json.WriteString("type"u8, "text"u8);
            json.WriteString("media_type"u8, "text/plain"u8);
            json.WriteString("data"u8, file.Data.Span);
        }
        else
        {
            json.WriteString("type"u8, "base64"u8);
            json.WriteString("media_type"u8, file.MediaType);
            json.WriteBase64String("data"u8, file.Data.Span);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteUrl(Utf8JsonWriter json, Uri address)
    {
        json.WriteString("type"u8, "url"u8);
        json.WriteString("url"u8, address.OriginalString);
    }

    private static void WriteBase64(Utf8JsonWriter json, ReadOnlySpan<char> mediaType, ReadOnlySpan<char> data)
    {
        json.WriteString("type"u8, "base64"u8);
        json.WriteString("media_type"u8, mediaType);
        json.WriteString("data"u8, data);
    }
}
