using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

public sealed class RouteTests
{
    [Theory]
    [InlineData("GET", "/v1/models", "models")]
    [InlineData("GET", "/v1/models/gpt-4.1", "models")]
    [InlineData("HEAD", "/openai/v1/files", "files")]
    [InlineData("POST", "/v1/messages/count_tokens", "anthropic-count")]
    [InlineData("POST", "/v1beta/models/gemini-2.5-flash:countTokens", "gemini-count")]
    [InlineData("POST", "/v1/responses/input_tokens", "openai-responses-count")]
    [InlineData("POST", "/model/x/count-tokens", "bedrock-count-tokens")]
    [InlineData("GET", "/v1/responses/resp_1", "responses")]
    [InlineData("GET", "/openai/v1/responses/resp_1/input_items", "responses")]
    [InlineData("DELETE", "/v1/responses/resp_1", "responses")]
    [InlineData("POST", "/v1/responses/resp_1/cancel", "responses")]
    public void Route_ThatSpendsNothing_Passes(string method, string path, string route) =>
        Assert.Equal(route, Assert.IsType<RequestReading.Passage>(Read(method, path)).Route);

    [Theory]
    [InlineData("POST", "/v1/models")]
    [InlineData("POST", "/v1/images/generations")]
    [InlineData("GET", "/v1/chat/completions")]
    [InlineData("post", "/v1/chat/completions")]
    [InlineData("DELETE", "/v1/files/f")]
    [InlineData("GET", "/v1/responses")]
    [InlineData("DELETE", "/v1/responses")]
    [InlineData("DELETE", "/v1/responses/compact")]
    [InlineData("DELETE", "/v1/responses/resp_1/input_items")]
    [InlineData("POST", "/v1/responses/resp_1")]
    [InlineData("POST", "/v1/responses/resp_1/retry")]
    public void Route_ThatNoFormatKnows_IsUnknown(string method, string path) =>
        Assert.Equal(new RequestReading.UnknownRoute(method, path), Read(method, path));

    [Theory]
    [InlineData("api.openai.com", "/v1/chat/completions")]
    [InlineData("x.openai.azure.com", "/openai/deployments/d/chat/completions")]
    [InlineData("x.openai.azure.com", "//openai/deployments/d/chat/completions")]
    [InlineData("localhost:4000", "/chat/completions")]
    [InlineData("localhost:4000", "/chat/completions/")]
    [InlineData("api.mistral.ai", "/v1/agents/completions")]
    [InlineData("api.writer.com:443", "/v1/chat")]
    public void Route_OfChat_IsRecognisedOnAnyHost(string authority, string path) =>
        Assert.IsType<RequestReading.Call>(WireFormats.Default.Read(new RequestTarget("POST", authority, path, ""), "{}"u8.ToArray()));

    [Theory]
    [InlineData("api.openai.com", "/v1/chat/completions", true)]
    [InlineData("api.openai.com", "/v1/completions", true)]
    [InlineData("api.mistral.ai", "/v1/chat/completions", false)]
    [InlineData("codestral.mistral.ai", "/v1/chat/completions", false)]
    [InlineData("codestral.mistral.ai", "/v1/fim/completions", false)]
    [InlineData("notmistral.ai", "/v1/chat/completions", true)]
    public void Stream_OfAService_IsAskedForUsageWhereThatIsTaken(string authority, string path, bool asks)
    {
        var body = """{"model":"m","stream":true,"max_tokens":5}"""u8.ToArray();
        var facts = Assert.IsType<RequestReading.Call>(WireFormats.Default.Read(new RequestTarget("POST", authority, path, ""), body)).Facts;

        Assert.Equal(!asks, facts.AsksForUsage);
        Assert.Equal(!asks, facts.Format.Edit(facts, new RequestEdit(null, AskForUsage: true)).Span.SequenceEqual(body));
    }

    [Theory]
    [InlineData("https://API.OpenAI.com/v1/chat%2Fx?a=/b#c", "api.openai.com", "/v1/chat%2Fx", "?a=/b")]
    [InlineData("<GPUSTACK_API_BASE>/chat/completions", "<gpustack_api_base>", "/chat/completions", "")]
    [InlineData("https://x.example?y", "x.example", "/", "?y")]
    [InlineData("/v1/messages", "", "/v1/messages", "")]
    public void Target_OfText_StaysAsItWasWritten(string url, string authority, string path, string query) =>
        Assert.Equal(new RequestTarget("POST", authority, path, query), RequestTarget.Parse("POST", url));

    [Fact]
    public void Model_OfCountingRoute_IsRead()
    {
        Assert.Equal("m", Model("/v1/messages/count_tokens", """{"model":"m"}"""));
        Assert.Equal("g-1", Model("/v1beta/models/g-1:countTokens", ""));
        Assert.Equal("a:0", Model("/model/a%3A0/count-tokens", ""));
        Assert.Null(Model("/v1/responses/input_tokens", "{"));
    }

    private static string? Model(string path, string body) =>
        Assert.IsType<RequestReading.Passage>(WireFormats.Default.Read(new RequestTarget("POST", "x.example", path, ""), System.Text.Encoding.UTF8.GetBytes(body))).Model;

    private static RequestReading Read(string method, string path) => WireFormats.Default.Read(new RequestTarget(method, "api.example", path, ""), "{}"u8.ToArray());

    /// <summary>Azure runs the deployment of the path and ignores what the body names.</summary>
    [Fact]
    public void Read_ModelInBodyAndDeploymentInPath_IsTheDeployments()
    {
        var body = """{"model":"gpt-4o-mini","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}"""u8.ToArray();

        var reading = WireFormats.Default.Read(new RequestTarget("POST", "x.openai.azure.com", "/openai/deployments/gpt-5-pro/chat/completions", "?api-version=1"), body);

        Assert.Equal("gpt-5-pro", Assert.IsType<RequestReading.Call>(reading).Facts.Model);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    public void Read_BackgroundOfResponses_IsSaid(string value, bool expected)
    {
        var body = System.Text.Encoding.UTF8.GetBytes($$"""{"model":"gpt-4.1","input":"Hi","background":{{value}}}""");

        Assert.Equal(expected, Assert.IsType<RequestReading.Call>(WireFormats.Default.Read(new RequestTarget("POST", "api.openai.com", "/v1/responses", ""), body)).Facts.IsBackground);
    }
}
