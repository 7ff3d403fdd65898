using System.IO.Compression;
using System.Text;
using SafeLlm.Cli.Traffic;

namespace SafeLlm.Cli.Tests.Traffic;

public sealed class UsageCommandTests
{
    private const string Chat = "https://api.openai.com/v1/chat/completions";
    private const string Answer = """{"model":"m","choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4}}}""";
    private const string Expected = """{"id":"a","format":"openai-chat","usage":{"input":10,"output":5,"cached_input":4,"cache_write":null,"reasoning":null,"total":15},"billable":{"input":6,"cache_read":4,"cache_write":0,"output":5},"complete":true,"error":null}""";

    [Fact]
    public async Task Usage_OfAnswer_IsAsReportedAndAsBilled() =>
        Assert.Equal(Expected, await RunAsync(Chat, "{}", new() { ["response_body"] = Answer, ["status"] = 200 }));

    [Fact]
    public async Task Usage_OfStream_IsThatOfItsEnd() =>
        Assert.Equal(Expected, await RunAsync(Chat, """{"stream":true}""", new() { ["response_body"] = $"data: {Answer}\n\ndata: [DONE]\n\n" }));

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Usage_OfCodedAnswer_IsRead(string coding)
    {
        using var coded = new MemoryStream();
        using (Stream encoder = coding switch { "gzip" => new GZipStream(coded, CompressionLevel.Fastest, leaveOpen: true), "br" => new BrotliStream(coded, CompressionLevel.Fastest, leaveOpen: true), _ => new ZLibStream(coded, CompressionLevel.Fastest, leaveOpen: true) })
        {
            encoder.Write(Encoding.UTF8.GetBytes(Answer));
        }

        var headers = new Dictionary<string, string> { ["Content-Encoding"] = coding };
        Assert.Equal(Expected, await RunAsync(Chat, "{}", new() { ["response_body"] = Convert.ToBase64String(coded.ToArray()), ["response_encoding"] = "base64", ["response_headers"] = headers }));
        // A recorder that decodes the body may leave the header.
        Assert.Equal(Expected, await RunAsync(Chat, "{}", new() { ["response_body"] = Answer, ["response_headers"] = headers }));
        Assert.Equal(Expected, await RunAsync(Chat, "{}", new() { ["response_body"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(Answer)), ["response_encoding"] = "base64", ["response_headers"] = headers }));
    }

    [Fact]
    public async Task Usage_InHeadersOnly_IsRead() => Assert.Equal(
        """{"id":"a","format":"bedrock-invoke","usage":{"input":7,"output":3,"cached_input":null,"cache_write":null,"reasoning":null,"total":null},"billable":{"input":7,"cache_read":0,"cache_write":0,"output":3},"complete":true,"error":null}""",
        await RunAsync("https://bedrock-runtime.us-east-1.amazonaws.com/model/ai21.j2-mid/invoke", "{}", new()
        {
            ["response_body"] = "{}",
            ["response_headers"] = new Dictionary<string, object> { ["X-Amzn-Bedrock-Input-Token-Count"] = "7", ["x-amzn-bedrock-output-token-count"] = new[] { "3" } },
        }));

    [Theory]
    [InlineData(Chat, """{"error":{"code":"insufficient_quota"}}""", 429, """{"id":"a","format":"openai-chat","usage":null,"billable":null,"complete":true,"error":"insufficient_quota"}""")]
    [InlineData(Chat, "<html>", 502, """{"id":"a","format":"openai-chat","usage":null,"billable":null,"complete":true,"error":"502"}""")]
    [InlineData(Chat, "", 200, """{"id":"a","format":"openai-chat","usage":null,"billable":null,"complete":false,"error":null}""")]
    [InlineData("https://x.example/v1/messages/count_tokens", """{"input_tokens":12}""", 200, """{"id":"a","format":"anthropic-count","usage":{"input":12,"output":null,"cached_input":null,"cache_write":null,"reasoning":null,"total":null},"billable":{"input":12,"cache_read":0,"cache_write":0,"output":0},"complete":true,"error":null}""")]
    [InlineData("https://x.example/rerank", "{}", 200, """{"id":"a","format":"unknown","usage":null,"billable":null,"complete":false,"error":"unknown_route"}""")]
    public async Task Usage_OfOtherAnswers_IsToldApart(string url, string response, int status, string expected) =>
        Assert.Equal(expected, await RunAsync(url, "{}", new() { ["response_body"] = response, ["status"] = status }));

    [Fact]
    public async Task Usage_OfRefusedRequest_IsReadAllTheSame() =>
        Assert.Equal(Expected, await RunAsync(Chat, """{"n":1,"n":2}""", new() { ["response_body"] = Answer }));

    private static async Task<string> RunAsync(string url, string request, Dictionary<string, object?> more)
    {
        var (exit, lines, _) = await TrafficRun.OfTextAsync(UsageCommand.Create(), TrafficRun.Line("a", "POST", url, request, more) + "\n");
        Assert.Equal(0, exit);
        return Assert.Single(lines).GetRawText();
    }
}
