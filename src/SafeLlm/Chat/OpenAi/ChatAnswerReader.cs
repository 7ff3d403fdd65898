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

            var message = AnswerJson.Member(choice, isPiece ? "delta" : "message");
            if (!isPiece && message is null) throw new ResponseFormatException("The answer's first choice has no message.");
            return new ChatPiece
            {
                Model = model,
                Text = message is { } said ? AnswerJson.Text(said, "content") ?? "" : "",
                ModelRefusal = message is { } refused ? AnswerJson.Text(refused, "refusal") : null,
                FinishReason = AnswerJson.Text(choice, "finish_reason"),
                ToolCalls = message is { } asked ? ToolCalls(asked) : [],
            };
        }

        return isPiece ? new ChatPiece { Model = model } : throw new ResponseFormatException("The answer has no choices.");
    }

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
