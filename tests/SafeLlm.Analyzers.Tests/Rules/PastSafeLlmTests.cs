using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class PastSafeLlmTests
{
    [Theory]
    [InlineData("""new ChatClient("m", new ApiKeyCredential(key), new OpenAIClientOptions { Transport = new HttpClientPipelineTransport(new HttpClient(SafeLlm.SafeLlmHandler.Create(new SafeLlm.SafeLlmClientOptions()))) })""")]
    [InlineData("""new ChatClient("m", new ApiKeyCredential(key), given)""")]
    [InlineData("new object()")]
    public Task Client_WithTheHandlerOrOutOfSight_DoesNotReport(string client) => Verify.QuietAsync<PastSafeLlm>($$"""
        using System.ClientModel;
        using System.ClientModel.Primitives;
        using OpenAI;
        using OpenAI.Chat;
        class C { object M(string key, OpenAIClientOptions given) => {{client}}; }
        """);

    [Fact]
    public Task HttpClient_HandedIn_DoesNotReport() => Verify.QuietAsync<PastSafeLlm>("""
        using System.Net.Http.Json;
        class C(HttpClient http) { Task M() => http.PostAsJsonAsync("https://api.openai.com/v1/chat/completions", new { model = "m", messages = 1, max_tokens = 5 }); }
        """);

    [Fact]
    public Task Client_WithoutTheHandler_Reports() => Verify.ReportsAsync<PastSafeLlm>("""
        using System.Net.Http.Json;
        using OpenAI.Chat;
        class C
        {
            private readonly HttpClient http = new();
            object M(string key) => new [|ChatClient|]("m", key);
            Task N() => http.[|PostAsJsonAsync|]("https://api.openai.com/v1/chat/completions", new { model = "m", messages = 1, max_tokens = 5 });
        }
        """);
}
