using System.Net.Http.Headers;
using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Chat;

/// <summary>Anthropic Messages (<c>wire-formats.md</c> C.5).</summary>
internal sealed class AnthropicDialect : ChatDialect
{
    private const string Version = "2023-06-01";

    public override string Route => "messages";

    public override void Authorise(HttpRequestHeaders headers, string apiKey) => headers.TryAddWithoutValidation("x-api-key", apiKey);

    public override void Describe(HttpRequestHeaders headers) => headers.TryAddWithoutValidation("anthropic-version", Version);

    public override ChatPiece Read(JsonElement answer) => AnthropicReader.Read(answer);

    public override ChatPiece? ReadEvent(JsonElement data) => AnthropicReader.ReadEvent(data);

    protected override void Write(Utf8JsonWriter json, ChatRequest request, bool stream)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);
        json.WriteNumber("max_tokens"u8, request.MaxOutputTokens);
        WriteSystem(json, request.Messages);
        json.WriteStartArray("messages"u8);
        AnthropicTurnWriter.Write(json, request.Messages);
        json.WriteEndArray();
        WriteTools(json, request);
        if (request.ResponseSchema is { } schema)
        {
            json.WriteStartObject("output_config"u8);
            json.WriteStartObject("format"u8);
            json.WriteString("type"u8, "json_schema"u8);
            json.WritePropertyName("schema"u8);
            schema.WriteTo(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        // There is no seed here; the option is for providers that can.
        if (request.Temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP) json.WriteNumber("top_p"u8, topP);
        if (request.Stop.Count > 0)
        {
            json.WriteStartArray("stop_sequences"u8);
            foreach (var stop in request.Stop) json.WriteStringValue(stop);
            json.WriteEndArray();
        }

        if (stream) json.WriteBoolean("stream"u8, true);
        json.WriteEndObject();
    }

    private static void WriteSystem(Utf8JsonWriter json, IReadOnlyList<PromptMessage> messages)
    {
        var isOpen = false;
        foreach (var message in messages)
        {
            if (message.Role is not (PromptRole.System or PromptRole.Developer)) continue;
            if (!isOpen) json.WriteStartArray("system"u8);
            isOpen = true;
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, message.Text);
            json.WriteEndObject();
        }

        if (isOpen) json.WriteEndArray();
    }

    private static void WriteTools(Utf8JsonWriter json, ChatRequest request)
    {
        if (request.Tools.Count == 0) return;

        json.WriteStartArray("tools"u8);
        foreach (var tool in request.Tools)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, tool.Name);
            if (tool.Description is { } description) json.WriteString("description"u8, description);
            json.WritePropertyName("input_schema"u8);
            tool.Parameters.WriteTo(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (request.ToolChoice is not { } choice) return;
        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, choice switch { "auto" => "auto"u8, "none" => "none"u8, "required" => "any"u8, _ => "tool"u8 });
        if (choice is not ("auto" or "none" or "required")) json.WriteString("name"u8, choice);
        json.WriteEndObject();
    }
}
