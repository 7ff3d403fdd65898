using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Requests and answers of OpenAI chat.</summary>
internal static class Chats
{
    public const string Prompt = "Say hello to the unmistakable walrus.";

    public static string Request(string? prompt = null, string model = "gpt-4o-mini", string bound = "\"max_tokens\":50,", string more = "") =>
        $$"""{"model":"{{model}}",{{bound}}{{more}}"messages":[{"role":"user","content":"{{prompt ?? Prompt}}"}]}""";

    public static string Answer(int input = 17, int output = 9) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"id":"c1","object":"chat.completion","model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Hello, walrus."},"finish_reason":"stop"}],"usage":{"prompt_tokens":{{{input}}},"completion_tokens":{{{output}}},"total_tokens":{{{input + output}}}}}""");

    public static IResult Json(string json, int status = 200) => Results.Text(json, "application/json", statusCode: status);

    public static string Chunk(string text) =>
        $$"""data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"{{text}}"},"finish_reason":null}]}""" + "\n\n";

    public static string Stop { get; } =
        """data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n";

    public static string Usage(int input = 17, int output = 9) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":{{{input}}},"completion_tokens":{{{output}}},"total_tokens":{{{input + output}}}}}""") + "\n\n";

    public static string Done { get; } = "data: [DONE]\n\n";
}
