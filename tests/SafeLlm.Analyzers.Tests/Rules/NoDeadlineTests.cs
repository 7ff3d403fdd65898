using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class NoDeadlineTests
{
    private const string Call = """Task N() => http.PostAsJsonAsync("https://api.openai.com/v1/chat/completions", new { model = "m", messages = 1, max_tokens = 5 });""";

    [Theory]
    [InlineData("http.Timeout = TimeSpan.FromMinutes(5);")]
    [InlineData("http.Timeout = Timeout.InfiniteTimeSpan; var source = new CancellationTokenSource(1000);")]
    [InlineData("http.Timeout = given;")]
    public Task Client_WithADeadline_DoesNotReport(string statement) => Verify.QuietAsync<NoDeadline>($$"""
        using System.Net.Http.Json;
        class C(HttpClient http) { {{Call}} void M(TimeSpan given) { {{statement}} } }
        """);

    [Fact]
    public Task Transport_BeneathAnSdk_DoesNotReport() => Verify.QuietAsync<NoDeadline>("""
        using OpenAI.Chat;
        class C
        {
            object M() => new System.ClientModel.Primitives.HttpClientPipelineTransport(new HttpClient { Timeout = Timeout.InfiniteTimeSpan });
            void N(ChatClient client) => client.CompleteChat("hi");
        }
        """);

    [Fact]
    public Task Client_WithoutADeadline_Reports() => Verify.ReportsAsync<NoDeadline>($$"""
        using System.Net.Http.Json;
        class C(HttpClient http) { {{Call}} void M() { [|http.Timeout = Timeout.InfiniteTimeSpan|]; [|http.Timeout = TimeSpan.FromHours(5)|]; } }
        """);

    [Fact]
    public Task Fix_SetsADeadline() => Fix.ChangesAsync<NoDeadline, SetDeadline>($$"""
        using System.Net.Http.Json;
        class C(HttpClient http) { {{Call}} void M() { http.Timeout = Timeout.InfiniteTimeSpan; } }
        """, $$"""
        using System.Net.Http.Json;
        class C(HttpClient http) { {{Call}} void M() { http.Timeout = TimeSpan.FromMinutes(10); } }
        """);
}
