using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class StreamAbandonedTests
{
    private const string Send = """await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "https://api.openai.com/v1/chat/completions") { Content = new StringContent("{\"model\":\"m\",\"messages\":[],\"max_tokens\":5}") }, HttpCompletionOption.ResponseHeadersRead)""";

    [Theory]
    [InlineData("using var response = {0}; await response.Content.ReadAsStringAsync(); return null;")]
    [InlineData("var response = {0}; await response.Content.ReadAsStringAsync(); response.Dispose(); return null;")]
    [InlineData("var response = {0}; return response;")]
    public Task Response_DisposedOrHandedOn_DoesNotReport(string body) => Verify.QuietAsync<StreamAbandoned>(
        "class C { async Task<object?> M(HttpClient http) { " + body.Replace("{0}", Send, StringComparison.Ordinal) + " } }");

    [Fact]
    public Task Response_LeftOpen_Reports() => Verify.ReportsAsync<StreamAbandoned>(
        "class C { async Task M(HttpClient http) { var [|response|] = " + Send + "; await response.Content.ReadAsStringAsync(); } }");
}
