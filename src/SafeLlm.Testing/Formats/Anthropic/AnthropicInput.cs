using System.Text;
using System.Text.Json;
using SafeLlm.Tokens;

namespace SafeLlm.Testing;

/// <summary>
/// What Anthropic charges for an input, near enough: its tokenizer is not public, so this is what recorded traffic shows for
/// plain text (3 + 4 a message + 1.2 tokens for one of o200k_base) and for tools (a fixed 500 and 1.3 of their JSON).
/// </summary>
internal static class AnthropicInput
{
    public static long Count(JsonElement body, JsonElement messages)
    {
        var tokens = Tokens(Text(body.Find("system")));
        foreach (var message in messages.EnumerateArray()) tokens += Tokens(Text(message.Find("content")));
        var total = 3 + (4 * messages.GetArrayLength()) + (long)Math.Ceiling(1.2m * tokens);
        return body.Find("tools") is { ValueKind: JsonValueKind.Array } tools && tools.GetArrayLength() > 0
            ? total + 500 + (long)Math.Ceiling(1.3m * Tokens(tools.GetRawText()))
            : total;
    }

    /// <summary>The text of a content: a string, or the blocks that hold text, tool input and tool results.</summary>
    public static string Text(JsonElement? content)
    {
        if (content is { ValueKind: JsonValueKind.String } text) return text.GetString()!;
        if (content is not { ValueKind: JsonValueKind.Array } blocks) return "";
        var joined = new StringBuilder();
        foreach (var block in blocks.EnumerateArray())
        {
            if (block.Find("text") is { ValueKind: JsonValueKind.String } part) joined.Append(part.GetString());
            if (block.Find("input") is { ValueKind: JsonValueKind.Object } input) joined.Append(input.GetRawText());
            if (block.Find("content") is { } inner) joined.Append(Text(inner));
        }

        return joined.ToString();
    }

    private static long Tokens(string text) => TokenCounters.O200kBase.Count(Encoding.UTF8.GetBytes(text));
}
