using System.Buffers;
using System.Text.Json;

namespace SafeLlm.Chat;

/// <summary>Reads what a person wants from an OpenAI chat answer, whole or in pieces: text, how it ended, who answered.</summary>
internal static class ChatAnswerReader
{
    // As deep as the API's own documents go, with room.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    /// <exception cref="ResponseFormatException">The bytes are no such answer.</exception>
    /// <exception cref="HttpRequestException">The bytes are an error that the provider sent inside its answer.</exception>
    public static ChatPiece Read(ReadOnlyMemory<byte> json, bool isPiece)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement, isPiece);
        }
        catch (JsonException malformed)
        {
            // Its message may quote the answer; place and kind are enough.
            throw new ResponseFormatException(FormattableString.Invariant($"The answer is no JSON that can be read (line {malformed.LineNumber}, byte {malformed.BytePositionInLine})."));
        }
        catch (InvalidOperationException wrongKind)
        {
            throw new ResponseFormatException("The answer is JSON, and not an OpenAI chat completion: a member has the wrong kind.", wrongKind);
        }
    }

    private static ChatPiece Read(JsonElement root, bool isPiece)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new ResponseFormatException("The answer is JSON, and not an OpenAI chat completion: it is no object.");

        if (root.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object)
        {
            throw new HttpRequestException($"The provider broke off its answer with an error ({ErrorCode(error)}).");
        }

        var model = Text(root, "model");
        if (!root.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array)
        {
            return isPiece ? new ChatPiece { Model = model } : throw new ResponseFormatException("The answer has no choices.");
        }

        foreach (var choice in choices.EnumerateArray())
        {
            if (choice.TryGetProperty("index", out var index) && index.TryGetInt32(out var number) && number != 0) continue;

            choice.TryGetProperty(isPiece ? "delta" : "message", out var message);
            var isObject = message.ValueKind == JsonValueKind.Object;
            if (!isPiece && !isObject) throw new ResponseFormatException("The answer's first choice has no message.");
            return new ChatPiece
            {
                Model = model,
                Text = isObject ? Text(message, "content") ?? "" : "",
                ModelRefusal = isObject ? Text(message, "refusal") : null,
                FinishReason = Text(choice, "finish_reason"),
                ToolCalls = isObject ? ToolCalls(message) : [],
            };
        }

        return isPiece ? new ChatPiece { Model = model } : throw new ResponseFormatException("The answer has no choices.");
    }

    /// <summary>An error's code or type, as far as it is a plain word: its message may quote keys or prompts.</summary>
    public static string ErrorCode(JsonElement error)
    {
        foreach (var name in (ReadOnlySpan<string>)["code", "type", "status"])
        {
            if (error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 64 } word
                && !word.AsSpan().ContainsAnyExcept(Plain))
            {
                return word;
            }
        }

        return "unnamed";
    }

    private static ToolCallPiece[] ToolCalls(JsonElement message)
    {
        if (!message.TryGetProperty("tool_calls", out var calls) || calls.ValueKind != JsonValueKind.Array) return [];

        var pieces = new List<ToolCallPiece>();
        foreach (var call in calls.EnumerateArray())
        {
            if (!call.TryGetProperty("function", out var function)) continue;
            var index = call.TryGetProperty("index", out var place) && place.TryGetInt32(out var at) ? at : pieces.Count;
            pieces.Add(new ToolCallPiece(index, Text(call, "id"), Text(function, "name"), Text(function, "arguments")));
        }

        return [.. pieces];
    }

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
