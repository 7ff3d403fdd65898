using System.Text;
using System.Text.Json.Nodes;

namespace SafeLlm.Benchmarks;

/// <summary>Chat requests as agents send them: a system prompt, turns, declared tools.</summary>
internal static class ChatRequests
{
    private const string Sentence = "The quick brown fox jumps over the lazy dog, and says \"so much for that\" while it goes on.\n";

    /// <summary>A request of about this many bytes; larger ones have more turns.</summary>
    public static byte[] OfAbout(int bytes)
    {
        var turns = new JsonArray(Message("system", Text(3)));
        var request = new JsonObject { ["model"] = "gpt-4.1-mini", ["max_completion_tokens"] = 500, ["stream"] = false, ["temperature"] = 0.2, ["tools"] = new JsonArray(Tool("find_order"), Tool("send_mail")), ["messages"] = turns };
        for (var i = 0; Encoding.UTF8.GetByteCount(request.ToJsonString()) < bytes; i++) turns.Add(Message(i % 2 == 0 ? "user" : "assistant", Text(1 + (i % 5))));
        return Encoding.UTF8.GetBytes(request.ToJsonString());
    }

    /// <summary>Always the same request, but for the length of its text.</summary>
    public static byte[] OfText(int sentences) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["model"] = "gpt-4.1-mini", ["messages"] = new JsonArray(Message("user", Text(sentences))) }.ToJsonString());

    private static string Text(int sentences) => string.Concat(Enumerable.Repeat(Sentence, sentences));

    private static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };

    private static JsonObject Tool(string name) => new()
    {
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = name,
            ["description"] = "Does what its name says, for the customer who is logged in.",
            ["parameters"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["id"] = new JsonObject { ["type"] = "string", ["description"] = "The number on the invoice." } },
                ["required"] = new JsonArray("id"),
            },
        },
    };
}
