using System.Text.Json;

namespace SafeLlm.Chat;

/// <summary>Writes tools, their choice and the answer's schema as OpenAI chat.</summary>
internal static class ChatToolWriter
{
    public static void Write(Utf8JsonWriter json, ChatRequest request, IReadOnlyList<string> hosted)
    {
        if (request.Tools.Count > 0 || hosted.Count > 0)
        {
            json.WriteStartArray("tools"u8);
            foreach (var tool in request.Tools) Write(json, tool);
            foreach (var tool in hosted)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, tool);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (request.ToolChoice is { } choice) WriteChoice(json, choice);
        }

        if (request.ResponseSchema is { } schema)
        {
            json.WriteStartObject("response_format"u8);
            json.WriteString("type"u8, "json_schema"u8);
            json.WriteStartObject("json_schema"u8);
            json.WriteString("name"u8, "answer"u8);
            json.WritePropertyName("schema"u8);
            schema.WriteTo(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, ToolDeclaration tool)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, tool.Name);
        if (tool.Description is { } description) json.WriteString("description"u8, description);
        json.WritePropertyName("parameters"u8);
        tool.Parameters.WriteTo(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, string choice)
    {
        if (choice is "auto" or "none" or "required")
        {
            json.WriteString("tool_choice"u8, choice);
            return;
        }

        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, choice);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
