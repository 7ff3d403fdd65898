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
    public void Route_ThatSpendsNothing_Passes(string method, string path, string route) =>
        Assert.Equal(route, Assert.IsType<RequestReading.Passage>(Read(method, path)).Route);

    [Theory]
    [InlineData("POST", "/v1/models")]
    [InlineData("POST", "/v1/images/generations")]
    [InlineData("GET", "/v1/chat/completions")]
    [InlineData("post", "/v1/chat/completions")]
    [InlineData("DELETE", "/v1/files/f")]
    public void Route_ThatNoFormatKnows_IsUnknown(string method, string path) =>
        Assert.Equal(new RequestReading.UnknownRoute(method, path), Read(method, path));

    [Theory]
    [InlineData("api.openai.com", "/v1/chat/completions")]
    [InlineData("x.openai.azure.com", "/openai/deployments/d/chat/completions")]
    [InlineData("x.openai.azure.com", "//openai/deployments/d/chat/completions")]
    [InlineData("localhost:4000", "/chat/completions")]
    [InlineData("api.writer.com:443", "/v1/chat")]
    public void Route_OfChat_IsRecognisedOnAnyHost(string authority, string path) =>
        Assert.IsType<RequestReading.Call>(WireFormats.Default.Read(new RequestTarget("POST", authority, path, ""), "{}"u8.ToArray()));

    private static RequestReading Read(string method, string path) => WireFormats.Default.Read(new RequestTarget(method, "api.example", path, ""), "{}"u8.ToArray());
}
