using SafeLlm.Cli.Traffic;

namespace SafeLlm.Cli.Tests.Traffic;

public sealed class InspectCommandTests
{
    private const string Chat = """{"model":"gpt-4.1","max_tokens":20,"n":2,"stream":true,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.example/x.png"}}]}]}""";

    [Theory]
    [InlineData("POST", "https://api.openai.com/v1/chat/completions", Chat, """{"id":"a","format":"openai-chat","model":"gpt-4.1","bound":{"tokens":40,"choices":2},"streaming":true,"unknowable":["remote_media"],"error":null}""")]
    [InlineData("POST", "<GATEWAY>/chat/completions/#x", """{"model":"m"}""", """{"id":"a","format":"openai-chat","model":"m","bound":{"tokens":null,"choices":1},"streaming":false,"unknowable":[],"error":null}""")]
    [InlineData("POST", "https://api.openai.com/v1/chat/completions", """{"model":"m","model":"n"}""", """{"id":"a","format":"openai-chat","model":null,"bound":{"tokens":null,"choices":1},"streaming":false,"unknowable":[],"error":"json_duplicate_key"}""")]
    [InlineData("POST", "https://api.anthropic.com/v1/messages/count_tokens?beta=true", """{"model":"claude-x","messages":[]}""", """{"id":"a","format":"anthropic-count","model":"claude-x","bound":{"tokens":null,"choices":1},"streaming":false,"unknowable":[],"error":null}""")]
    [InlineData("POST", "https://x.example/v1beta/models/gemini-x:countTokens", "{}", """{"id":"a","format":"gemini-count","model":"gemini-x","bound":{"tokens":null,"choices":1},"streaming":false,"unknowable":[],"error":null}""")]
    [InlineData("GET", "https://api.openai.com/v1/models", "", """{"id":"a","format":"models","model":null,"bound":{"tokens":null,"choices":1},"streaming":false,"unknowable":[],"error":null}""")]
    [InlineData("POST", "https://api.voyageai.com/v1/rerank", "{}", """{"id":"a","format":"unknown","model":null,"bound":{"tokens":null,"choices":1},"streaming":false,"unknowable":[],"error":"unknown_route"}""")]
    public async Task Inspect_OfRequest_WritesItsFacts(string method, string url, string request, string expected)
    {
        var (exit, lines, errors) = await TrafficRun.OfTextAsync(InspectCommand.Create(), TrafficRun.Line("a", method, url, request) + "\n");

        Assert.Equal(0, exit);
        Assert.Equal(expected, Assert.Single(lines).GetRawText());
        Assert.Equal("", errors);
    }

    [Fact]
    public async Task Inspect_OfBadLines_GivesTheirNumbersAndGoesOn()
    {
        var good = TrafficRun.Line("good", "POST", "https://api.openai.com/v1/embeddings", "{}");
        var input = string.Join("\r\n",
            "\uFEFF" + good,
            "{not json",
            "",
            "[1]",
            """{"method":"POST"}""",
            """{"method":7,"url":"x"}""",
            """{"method":"POST","url":"https://x/","request_body":"!","request_encoding":"base64"}""",
            """{"method":"POST","url":"https://x/","request_encoding":"utf16"}""",
            """{"method":"POST","url":"https://x/","status":"ok"}""",
            """{"method":"POST","url":"https://x/","request_body":"\ud800"}""",
            good);

        var (exit, lines, errors) = await TrafficRun.OfTextAsync(InspectCommand.Create(), input);

        Assert.Equal(1, exit);
        Assert.Equal([2, 4, 5, 6, 7, 8, 9, 10], lines.Where(line => line.TryGetProperty("line", out _)).Select(line => line.GetProperty("line").GetInt32()));
        Assert.All(lines.Where(line => line.TryGetProperty("line", out _)), line => Assert.Equal("bad_line", line.GetProperty("error").GetString()));
        Assert.Equal(["good", "good"], lines.Where(line => !line.TryGetProperty("line", out _)).Select(line => line.GetProperty("id").GetString()));
        Assert.StartsWith("8 lines could not be read", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_OfAMissingFile_SaysSo()
    {
        var (exit, _, errors) = await TrafficRun.OfFileAsync(InspectCommand.Create(), "/no/such/file.jsonl", Path.GetTempFileName());

        Assert.Equal(2, exit);
        Assert.Contains("file.jsonl", errors, StringComparison.Ordinal);
    }
}
