using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace SafeLlm.Tests.Fakes;

/// <summary>What an OpenAI chat provider answers.</summary>
internal static class Answers
{
    public static string WholeBody(string text, int input, int output) => $$$"""
        {"id":"c1","object":"chat.completion","model":"gpt-4.1-mini","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":{{{input}}},"completion_tokens":{{{output}}},"total_tokens":{{{input + output}}}}}
        """;

    public static HttpResponseMessage Whole(string text, int input, int output) => Json(HttpStatusCode.OK, WholeBody(text, input, output));

    public static HttpResponseMessage Json(HttpStatusCode status, string body, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in headers) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    public static HttpResponseMessage Error(int status, string code, params (string Name, string Value)[] headers) => Json(
        (HttpStatusCode)status,
        $$$"""{"error":{"message":"no","type":"{{{code}}}","param":null,"code":"{{{code}}}"}}""",
        headers);

    public static string Delta(string text) => $$"""
        data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-4.1-mini","choices":[{"index":0,"delta":{"content":"{{text}}"},"finish_reason":null}]}


        """;

    public const string Stop = """
        data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-4.1-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}


        """;

    public const string Done = "data: [DONE]\n\n";

    public static string Usage(int input, int output) => $$$"""
        data: {"id":"c1","object":"chat.completion.chunk","model":"gpt-4.1-mini","choices":[],"usage":{"prompt_tokens":{{{input}}},"completion_tokens":{{{output}}},"total_tokens":{{{input + output}}}}}


        """;

    public static HttpResponseMessage Sse(params string[] pieces) => Sse(new PiecewiseStream(pieces));

    public static HttpResponseMessage Sse(Stream stream)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(stream) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        return response;
    }
}
