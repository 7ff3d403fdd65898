using System.Text;
using System.Text.Json;
using SafeLlm.Tokens;

namespace SafeLlm.Testing;

/// <summary>What OpenAI charges for the input of a Responses call, by the formula fitted on recorded traffic.</summary>
internal static class OpenAiResponsesInput
{
    public static (long Tokens, int Turns, string LastText) Read(string model, JsonElement body)
    {
        var counter = TokenCounters.For(model);
        var isGpt5 = model.StartsWith("gpt-5", StringComparison.Ordinal);
        long total = isGpt5 || OpenAiInput.IsReasoning(model) ? 2 : 3;
        if (body.Find("instructions") is { ValueKind: JsonValueKind.String } instructions) total += 3 + Count(counter, "system") + Count(counter, instructions.GetString()!);
        if (body.Find("tools") is { ValueKind: JsonValueKind.Array } tools && tools.GetArrayLength() > 0) total += Count(counter, tools.GetRawText());
        if (body.Find("input") is { ValueKind: JsonValueKind.String } text)
        {
            return (total + 3 + Count(counter, "user") + Count(counter, text.GetString()!), 1, text.GetString()!);
        }

        var items = body.Array("input");
        var last = "";
        foreach (var item in items.EnumerateArray())
        {
            switch (item.Find("type") is { ValueKind: JsonValueKind.String } type ? type.GetString() : "message")
            {
                case "function_call":
                    total += 7 + Count(counter, item.Required("name")) + Count(counter, item.Required("arguments"));
                    break;
                case "function_call_output":
                    last = item.Find("output") is { ValueKind: JsonValueKind.String } output ? output.GetString()! : "";
                    total += 4 + (isGpt5 ? 8 : 2) + Count(counter, last);
                    break;
                case "message":
                    last = OpenAiInput.Text(item);
                    total += 3 + Count(counter, item.Required("role")) + Count(counter, last);
                    break;
                default:
                    // Replayed reasoning and the like: charged by the server as it sees fit, here as nothing.
                    break;
            }
        }

        return (total, items.GetArrayLength(), last);
    }

    private static int Count(ITokenCounter counter, string text) => counter.Count(Encoding.UTF8.GetBytes(text));
}
