using System.Text.Json;

namespace SafeLlm.Chat;

/// <summary>OpenAI Responses (<c>wire-formats.md</c> C.2).</summary>
internal sealed class ResponsesDialect : ChatDialect
{
    // The API's own least; a lower bound is refused by it.
    private const int LeastBound = 16;

    public override string Route => "responses";

    public override ChatPiece Read(JsonElement answer) => ResponsesReader.Read(answer);

    public override ChatPiece? ReadEvent(JsonElement data) => ResponsesReader.ReadEvent(data);

    protected override void Write(Utf8JsonWriter json, ChatRequest request, bool stream)
    {
        if (request.Stop.Count > 0) throw ChatRequestRules.Unsayable("A stop sequence", "openai-responses", "Leave Stop out, or use the format OpenAiChat.");
        if (request.Seed is not null) throw ChatRequestRules.Unsayable("A seed", "openai-responses", "Leave Seed out, or use the format OpenAiChat.");
        if (request.MaxOutputTokens < LeastBound) throw ChatRequestRules.Unsayable(FormattableString.Invariant($"An output bound of {request.MaxOutputTokens} tokens"), "openai-responses", FormattableString.Invariant($"Its least is {LeastBound}."));

        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);
        json.WriteStartArray("input"u8);
        foreach (var message in request.Messages) ResponsesInputWriter.Write(json, message);
        json.WriteEndArray();
        json.WriteNumber("max_output_tokens"u8, request.MaxOutputTokens);
        WriteTools(json, request);
        if (request.ResponseSchema is { } schema) WriteSchema(json, schema);
        if (request.Temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP) json.WriteNumber("top_p"u8, topP);

        // The provider would keep prompt and answer for a month, for a conversation that this client never goes back to.
        json.WriteBoolean("store"u8, false);
        if (stream) json.WriteBoolean("stream"u8, true);
        json.WriteEndObject();
    }

    private static void WriteTools(Utf8JsonWriter json, ChatRequest request)
    {
        if (request.Tools.Count == 0) return;

        json.WriteStartArray("tools"u8);
        foreach (var tool in request.Tools)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "function"u8);
            json.WriteString("name"u8, tool.Name);
            if (tool.Description is { } description) json.WriteString("description"u8, description);
            json.WritePropertyName("parameters"u8);
            tool.Parameters.WriteTo(json);
            json.WriteBoolean("strict"u8, false);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (request.ToolChoice is not { } choice) return;
        if (choice is "auto" or "none" or "required")
        {
            json.WriteString("tool_choice"u8, choice);
            return;
        }

        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, "function"u8);
        json.WriteString("name"u8, choice);
        json.WriteEndObject();
    }

    private static void WriteSchema(Utf8JsonWriter json, JsonElement schema)
    {
        json.WriteStartObject("text"u8);
        json.WriteStartObject("format"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteString("name"u8, "answer"u8);
        json.WritePropertyName("schema"u8);
        schema.WriteTo(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
