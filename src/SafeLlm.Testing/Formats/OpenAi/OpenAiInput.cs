using System.Text;
using System.Text.Json;
using SafeLlm.Tokens;

namespace SafeLlm.Testing;

/// <summary>
/// What OpenAI charges for a chat's input, by the formula fitted on recorded traffic. Written apart from Core's estimator on
/// purpose: a double that asked the estimator could never prove it wrong.
/// </summary>
internal static class OpenAiInput
{
    public static long Count(string model, JsonElement messages, JsonElement? tools)
    {
        var counter = TokenCounters.For(model);
        var isGpt5 = model.StartsWith("gpt-5", StringComparison.Ordinal);
        long total = isGpt5 || IsReasoning(model) ? 2 : 3;
        foreach (var message in messages.EnumerateArray())
        {
            var role = message.Required("role");
            total += 3 + Count(counter, role) + Count(counter, Text(message));
            if (message.Find("name") is { ValueKind: JsonValueKind.String } name) total += 1 + Count(counter, name.GetString()!);
            if (isGpt5 && role is "assistant") total += 2;
            if (message.Find("tool_calls") is { ValueKind: JsonValueKind.Array } calls) total += ToolCalls(counter, calls);
        }

        // The real rendering of declarations is shorter than their JSON; the double may well be the dearer of the two.
        return tools is { ValueKind: JsonValueKind.Array } declared ? total + Count(counter, declared.GetRawText()) : total;
    }

    /// <summary>The text parts of a message, concatenated.</summary>
    public static string Text(JsonElement message)
    {
        switch (message.Find("content"))
        {
            case { ValueKind: JsonValueKind.String } text:
                return text.GetString()!;
            case { ValueKind: JsonValueKind.Array } parts:
                var joined = new StringBuilder();
                foreach (var part in parts.EnumerateArray())
                {
                    if (part.Find("text") is { ValueKind: JsonValueKind.String } text) joined.Append(text.GetString());
                }

                return joined.ToString();
            default:
                return "";
        }
    }

    private static long ToolCalls(ITokenCounter counter, JsonElement calls)
    {
        long total = calls.GetArrayLength() > 1 ? 6 + (3 * (calls.GetArrayLength() - 2)) : 0;
        foreach (var call in calls.EnumerateArray())
        {
            if (call.Find("function") is not { } function) continue;
            total += 3 + Count(counter, function.Required("name")) + Count(counter, function.Required("arguments"));
        }

        return total;
    }

    public static bool IsReasoning(string model) =>
        !model.StartsWith("o1-mini", StringComparison.Ordinal)
        && (model.StartsWith("o1", StringComparison.Ordinal) || model.StartsWith("o3", StringComparison.Ordinal) || model.StartsWith("o4", StringComparison.Ordinal));

    private static int Count(ITokenCounter counter, string text) => counter.Count(Encoding.UTF8.GetBytes(text));
}
