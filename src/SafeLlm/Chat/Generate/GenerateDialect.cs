using System.Text.Json;
using SafeLlm.Formats;

namespace SafeLlm.Chat;

/// <summary>The small shape of APIs of one's own: one text in, one text out.</summary>
internal sealed class GenerateDialect : ChatDialect
{
    private const string Format = "generate";

    public override string Route => "generate";

    public override ChatPiece Read(JsonElement answer) => Said(answer) is { } text
        ? new ChatPiece { Text = text, FinishReason = Finish(answer) ?? "stop", Model = AnswerJson.Text(answer, "model") }
        : throw new ResponseFormatException("The answer has no text, response or completion.");

    public override ChatPiece? ReadEvent(JsonElement data) =>
        new ChatPiece { Text = Said(data) ?? "", FinishReason = Finish(data), Model = AnswerJson.Text(data, "model") };

    protected override void Write(Utf8JsonWriter json, ChatRequest request, bool stream)
    {
        if (request.Tools.Count > 0) throw ChatRequestRules.Unsayable("A tool", Format, "Leave Tools out.");
        if (request.ResponseSchema is not null) throw ChatRequestRules.Unsayable("A schema of the answer", Format, "Leave ResponseSchema out.");

        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);
        var (system, prompt) = Texts(request.Messages);
        if (system is not null) json.WriteString("system"u8, system);
        json.WriteString("prompt"u8, prompt);
        json.WriteNumber("max_tokens"u8, request.MaxOutputTokens);
        if (request.Temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP) json.WriteNumber("top_p"u8, topP);
        if (request.Seed is { } seed) json.WriteNumber("seed"u8, seed);
        if (request.Stop.Count > 0)
        {
            json.WriteStartArray("stop"u8);
            foreach (var stop in request.Stop) json.WriteStringValue(stop);
            json.WriteEndArray();
        }

        if (stream) json.WriteBoolean("stream"u8, true);
        json.WriteEndObject();
    }

    private static (string? System, string Prompt) Texts(IReadOnlyList<PromptMessage> messages)
    {
        string? system = null, prompt = null;
        foreach (var message in messages)
        {
            if (message is not { Images.Count: 0, Files.Count: 0 }) throw ChatRequestRules.Unsayable("An image or a file", Format, "Send text alone.");
            if (message.Role is PromptRole.System or PromptRole.Developer) system = system is null ? message.Text : $"{system}\n\n{message.Text}";
            else if (message.Role == PromptRole.User && prompt is null) prompt = message.Text;
            else throw ChatRequestRules.Unsayable("A conversation", Format, "Send one user message, and what the system says beside it.");
        }

        return (system, prompt ?? throw ChatRequestRules.Unsayable("A request without a user message", Format, "Add one."));
    }

    private static string? Said(JsonElement answer) => AnswerJson.Text(answer, "text") ?? AnswerJson.Text(answer, "response") ?? AnswerJson.Text(answer, "completion");

    private static string? Finish(JsonElement answer) =>
        AnswerJson.Text(answer, "finish_reason") ?? (answer.TryGetProperty("done", out var done) && done.ValueKind == JsonValueKind.True ? "stop" : null);
}
