using System.Text.Json;
using SafeLlm.Pipeline;

namespace SafeLlm.Chat;

/// <summary>Writes a request as OpenAI chat.</summary>
internal static class ChatRequestWriter
{
    /// <summary>Writes a request that another client sends, to be quoted. Where its bound is not the caller's it is left out, for the pipeline to insert one.</summary>
    public static byte[] Write(AdmissionRequest request)
    {
        var chat = request.Chat;
        ChatRequestRules.Check(chat, request.HasBound);
        return JsonBytes.Write(json =>
        {
            json.WriteStartObject();
            WriteMembers(json, chat, stream: false, ChatMembers.Other, chat.Model, request.HasBound, request.HostedTools);
            // What this format has for a prompt that is not in the request.
            if (request.GoesOn) json.WriteString("preset"u8, "held"u8);
            // Its client may have the prompt kept that long, and the quote holds what that costs.
            json.WriteString("ttl"u8, "1h"u8);
            json.WriteEndObject();
        });
    }

    public static void Write(Utf8JsonWriter json, ChatRequest request, bool stream, ChatMembers members, string standsFor)
    {
        json.WriteStartObject();
        WriteMembers(json, request, stream, members, standsFor, withBound: true, hostedTools: []);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, ChatRequest request, bool stream, ChatMembers members, string standsFor, bool withBound, IReadOnlyList<string> hostedTools)
    {
        json.WriteString("model"u8, request.Model);
        json.WriteStartArray("messages"u8);
        foreach (var message in request.Messages) ChatMessageWriter.Write(json, message);
        json.WriteEndArray();
        if (withBound) json.WriteNumber(members.TakesCompletionTokens ?? TakesCompletionTokens(standsFor) ? "max_completion_tokens"u8 : "max_tokens"u8, request.MaxOutputTokens);
        ChatToolWriter.Write(json, request, hostedTools);
        if (request.Temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP) json.WriteNumber("top_p"u8, topP);
        if (request.Seed is { } seed) json.WriteNumber(members.Seed, seed);
        if (request.Stop.Count > 0)
        {
            json.WriteStartArray("stop"u8);
            foreach (var stop in request.Stop) json.WriteStringValue(stop);
            json.WriteEndArray();
        }

        if (stream)
        {
            json.WriteBoolean("stream"u8, true);
            if (members.AsksForUsage)
            {
                json.WriteStartObject("stream_options"u8);
                json.WriteBoolean("include_usage"u8, true);
                json.WriteEndObject();
            }
        }
    }

    // OpenAI's newer models refuse max_tokens; most other services that speak this format know nothing else.
    private static bool TakesCompletionTokens(string model)
    {
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        // A model that was tuned refuses what its base does.
        if (name.StartsWith("ft:", StringComparison.OrdinalIgnoreCase)) name = name[3..];
        return name.StartsWith("gpt-", StringComparison.OrdinalIgnoreCase)
            ? !name.StartsWith("gpt-oss", StringComparison.OrdinalIgnoreCase)
            : name.StartsWith("chatgpt-", StringComparison.OrdinalIgnoreCase) || (name.Length > 1 && name[0] is 'o' or 'O' && char.IsAsciiDigit(name[1]));
    }
}
