using System.Text;
using System.Text.Json;

namespace SafeLlm.Chat;

/// <summary>Reads OpenAI Responses answers, whole and event by event.</summary>
internal static class ResponsesReader
{
    public static ChatPiece Read(JsonElement response)
    {
        if (!AnswerJson.HasList(response, "output")) throw new ResponseFormatException("The answer has no output.");

        StringBuilder text = new();
        string? refusal = null;
        List<ToolCallPiece> calls = [];
        foreach (var item in AnswerJson.List(response, "output"))
        {
            switch (AnswerJson.Text(item, "type"))
            {
                case "function_call": calls.Add(Call(item, calls.Count)); break;
                case "message":
                    foreach (var part in AnswerJson.List(item, "content"))
                    {
                        text.Append(AnswerJson.Text(part, "text"));
                        refusal ??= AnswerJson.Text(part, "refusal");
                    }

                    break;
            }
        }

        return new ChatPiece { Text = text.ToString(), ModelRefusal = refusal, ToolCalls = calls, FinishReason = Finish(response, calls.Count > 0), Model = AnswerJson.Text(response, "model") };
    }

    public static ChatPiece? ReadEvent(JsonElement data) => AnswerJson.Text(data, "type") switch
    {
        "response.output_text.delta" => new ChatPiece { Text = AnswerJson.Text(data, "delta") ?? "" },
        "response.refusal.delta" => new ChatPiece { ModelRefusal = AnswerJson.Text(data, "delta") },
        "response.output_item.added" when AnswerJson.Member(data, "item") is { } item && AnswerJson.Text(item, "type") == "function_call" =>
            new ChatPiece { ToolCalls = [Call(item, AnswerJson.Number(data, "output_index") ?? 0)] },
        "response.function_call_arguments.delta" => new ChatPiece { ToolCalls = [new ToolCallPiece(AnswerJson.Number(data, "output_index") ?? 0, null, null, AnswerJson.Text(data, "delta"))] },
        "response.completed" or "response.incomplete" when AnswerJson.Member(data, "response") is { } response => End(response),
        "response.failed" when AnswerJson.Member(data, "response") is { } response =>
            throw new HttpRequestException($"The provider broke off its answer with an error ({(AnswerJson.Member(response, "error") is { } error ? AnswerJson.ErrorCode(error) : "unnamed")})."),
        // Who takes no notice of "stream" answers whole.
        null when AnswerJson.Text(data, "object") == "response" => Read(data),
        "error" => throw new HttpRequestException($"The provider broke off its answer with an error ({Code(data)})."),
        _ => null,
    };

    private static ChatPiece End(JsonElement response)
    {
        var calls = AnswerJson.HasList(response, "output") && AnswerJson.List(response, "output").Any(static item => AnswerJson.Text(item, "type") == "function_call");
        return new ChatPiece { FinishReason = Finish(response, calls), Model = AnswerJson.Text(response, "model") };
    }

    // The type of such an event says only that it is an error.
    private static string Code(JsonElement data) => AnswerJson.ErrorCode(data) is var code and not "error" ? code : "unnamed";

    private static ToolCallPiece Call(JsonElement item, int index) =>
        new(index, AnswerJson.Text(item, "call_id"), AnswerJson.Text(item, "name"), AnswerJson.Text(item, "arguments"));

    private static string? Finish(JsonElement response, bool hasCalls) => AnswerJson.Text(response, "status") switch
    {
        "completed" => hasCalls ? "tool_calls" : "stop",
        "incomplete" when AnswerJson.Member(response, "incomplete_details") is { } why => AnswerJson.Text(why, "reason") is "max_output_tokens" ? "length" : AnswerJson.Text(why, "reason"),
        var other => other,
    };
}
