using System.Text;
using System.Text.Json;

namespace SafeLlm.Chat;

/// <summary>Reads Anthropic's answers, whole and event by event.</summary>
internal static class AnthropicReader
{
    public static ChatPiece Read(JsonElement answer)
    {
        if (!AnswerJson.HasList(answer, "content")) throw new ResponseFormatException("The answer has no content.");

        StringBuilder text = new();
        List<ToolCallPiece> calls = [];
        foreach (var block in AnswerJson.List(answer, "content"))
        {
            switch (AnswerJson.Text(block, "type"))
            {
                case "text": text.Append(AnswerJson.Text(block, "text")); break;
                case "tool_use": calls.Add(Call(block, calls.Count, AnswerJson.Member(block, "input")?.GetRawText() ?? "{}")); break;
            }
        }

        return new ChatPiece { Text = text.ToString(), ToolCalls = calls, FinishReason = Finish(AnswerJson.Text(answer, "stop_reason")), Model = AnswerJson.Text(answer, "model") };
    }

    public static ChatPiece? ReadEvent(JsonElement data)
    {
        var index = AnswerJson.Number(data, "index") ?? 0;
        return AnswerJson.Text(data, "type") switch
        {
            // Who takes no notice of "stream" answers whole.
            "message" => Read(data),
            "message_start" when AnswerJson.Member(data, "message") is { } message => new ChatPiece { Model = AnswerJson.Text(message, "model") },

            // The input of a tool comes as pieces of text that follow; the object here is a placeholder.
            "content_block_start" when AnswerJson.Member(data, "content_block") is { } block => AnswerJson.Text(block, "type") switch
            {
                "tool_use" => new ChatPiece { ToolCalls = [Call(block, index, null)] },
                "text" => new ChatPiece { Text = AnswerJson.Text(block, "text") ?? "" },
                _ => null,
            },
            "content_block_delta" when AnswerJson.Member(data, "delta") is { } delta => AnswerJson.Text(delta, "type") switch
            {
                "text_delta" => new ChatPiece { Text = AnswerJson.Text(delta, "text") ?? "" },
                "input_json_delta" => new ChatPiece { ToolCalls = [new ToolCallPiece(index, null, null, AnswerJson.Text(delta, "partial_json"))] },
                _ => null,
            },
            "message_delta" when AnswerJson.Member(data, "delta") is { } delta => new ChatPiece { FinishReason = Finish(AnswerJson.Text(delta, "stop_reason")) },
            _ => null,
        };
    }

    private static ToolCallPiece Call(JsonElement block, int index, string? arguments) => new(index, AnswerJson.Text(block, "id"), AnswerJson.Text(block, "name"), arguments);

    // In the words that ChatAnswer.FinishReason names.
    private static string? Finish(string? reason) => reason switch
    {
        "end_turn" or "stop_sequence" => "stop",
        "max_tokens" or "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "refusal" => "content_filter",
        _ => reason,
    };
}
