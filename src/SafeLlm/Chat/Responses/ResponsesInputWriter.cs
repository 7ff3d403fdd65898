using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Chat;

/// <summary>Writes one message as items of an OpenAI Responses input.</summary>
internal static class ResponsesInputWriter
{
    public static void Write(Utf8JsonWriter json, PromptMessage message)
    {
        if (message.ToolCallId is { } id)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "function_call_output"u8);
            json.WriteString("call_id"u8, id);
            json.WriteString("output"u8, message.Text);
            json.WriteEndObject();
            return;
        }

        if (message.Text.Length > 0 || message.ToolCalls.Count == 0) WriteMessage(json, message);
        foreach (var call in message.ToolCalls)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "function_call"u8);
            json.WriteString("call_id"u8, call.Id);
            json.WriteString("name"u8, call.Name);
            json.WriteString("arguments"u8, call.Arguments);
            json.WriteEndObject();
        }
    }

    private static void WriteMessage(Utf8JsonWriter json, PromptMessage message)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, message.Role switch
        {
            PromptRole.System => "system"u8,
            PromptRole.Developer => "developer"u8,
            PromptRole.Assistant => "assistant"u8,
            _ => "user"u8,
        });
        json.WriteStartArray("content"u8);
        if (message.Text.Length > 0 || message is { Images.Count: 0, Files.Count: 0 })
        {
            json.WriteStartObject();
            json.WriteString("type"u8, message.Role == PromptRole.Assistant ? "output_text"u8 : "input_text"u8);
            json.WriteString("text"u8, message.Text);
            json.WriteEndObject();
        }

        foreach (var image in message.Images)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "input_image"u8);
            json.WriteString("image_url"u8, image.OriginalString);
            json.WriteEndObject();
        }

        foreach (var file in message.Files) WriteFile(json, file);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, PromptFile file)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_file"u8);
        if (file.Address is { } address)
        {
            json.WriteString("file_url"u8, address.OriginalString);
        }
        else
        {
            json.WriteString("filename"u8, file.Name);
            json.WriteString("file_data"u8, file.DataUri);
        }

        json.WriteEndObject();
    }
}
