using System.Text.Json;

namespace SafeLlm.Chat;

/// <summary>Reads what a person wants from an OpenAI chat answer, whole or in pieces: text, how it ended, who answered.</summary>
internal static class ChatAnswerReader
{
    public static ChatPiece Read(JsonElement root, bool isPiece)
    {
        var model = AnswerJson.Text(root, "model");
        if (!AnswerJson.HasList(root, "choices"))
        {
            return isPiece ? new ChatPiece { Model = model } : throw new ResponseFormatException("The answer has no choices.");
        }

        foreach (var choice in AnswerJson.List(root, "choices"))
        {
            if (AnswerJson.Number(choice, "index") is not (null or 0)) continue;

            // Who takes no notice of "stream" answers whole.
            var message = AnswerJson.Member(choice, isPiece ? "delta" : "message") ?? (isPiece ? AnswerJson.Member(choice, "message") : null);
            if (!isPiece && message is null) throw new ResponseFormatException("The answer's first choice has no message.");
            return new ChatPiece
            {
                Model = model,
                Text = message is { } said ? AnswerJson.Text(said, "content") ?? Parts(said) : "",
                ModelRefusal = message is { } refused ? AnswerJson.Text(refused, "refusal") : null,
                FinishReason = AnswerJson.Text(choice, "finish_reason"),
                ToolCalls = message is { } asked ? ToolCalls(asked) : [],
            };
        }

        return isPiece ? new ChatPiece { Model = model } : throw new ResponseFormatException("The answer has no choices.");
    }

    // Mistral's models that reason answer in parts, of which only some are the answer.
    private static string Parts(JsonElement message) =>
        string.Concat(AnswerJson.List(message, "content").Where(part => AnswerJson.Text(part, "type") == "text").Select(part => AnswerJson.Text(part, "text")));

    private static ToolCallPiece[] ToolCalls(JsonElement message)
    {
        if (!AnswerJson.HasList(message, "tool_calls")) return [];

        var pieces = new List<ToolCallPiece>();
        foreach (var call in AnswerJson.List(message, "tool_calls"))
        {
            if (AnswerJson.Member(call, "function") is not { } function) continue;
            pieces.Add(new ToolCallPiece(AnswerJson.Number(call, "index") ?? pieces.Count, AnswerJson.Text(call, "id"), AnswerJson.Text(function, "name"), AnswerJson.Text(function, "arguments")));
        }

        return [.. pieces];
    }
}
