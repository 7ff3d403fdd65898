using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Chat;

/// <summary>Writes one message as OpenAI chat.</summary>
internal static class ChatMessageWriter
{
    public static void Write(Utf8JsonWriter json, PromptMessage message)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, Role(message.Role));
        if (message.ToolCallId is { } id) json.WriteString("tool_call_id"u8, id);
        WriteContent(json, message);
        if (message.ToolCalls.Count > 0) WriteToolCalls(json, message.ToolCalls);
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, PromptMessage message)
    {
        if (message.Images.Count == 0 && message.Files.Count == 0)
        {
            // A turn that only called tools said nothing, and null is how the API has it.
            if (message.Text.Length == 0 && message.ToolCalls.Count > 0) json.WriteNull("content"u8);
            else json.WriteString("content"u8, message.Text);
            return;
        }

        json.WriteStartArray("content"u8);
        if (message.Text.Length > 0)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, message.Text);
            json.WriteEndObject();
        }

        foreach (var image in message.Images)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "image_url"u8);
            json.WriteStartObject("image_url"u8);
            json.WriteString("url"u8, image.OriginalString);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        foreach (var file in message.Files) WriteFile(json, file);
        json.WriteEndArray();
    }

    private static void WriteFile(Utf8JsonWriter json, PromptFile file)
    {
        if (file.Address is not null) throw ChatRequestRules.Unsayable("A file that the provider fetches", "openai-chat", "Send its bytes, or use the format OpenAiResponses.");
        json.WriteStartObject();
        json.WriteString("type"u8, "file"u8);
        json.WriteStartObject("file"u8);
        json.WriteString("filename"u8, file.Name);
        json.WriteString("file_data"u8, file.DataUri);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteToolCalls(Utf8JsonWriter json, IReadOnlyList<ToolCall> calls)
    {
        json.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, call.Id);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Name);
            json.WriteString("arguments"u8, call.Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static ReadOnlySpan<byte> Role(PromptRole role) => role switch
    {
        PromptRole.System => "system"u8,
        PromptRole.Developer => "developer"u8,
        PromptRole.Assistant => "assistant"u8,
        PromptRole.Tool => "tool"u8,
        _ => "user"u8,
    };
}
