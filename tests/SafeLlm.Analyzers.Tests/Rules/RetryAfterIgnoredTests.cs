using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class RetryAfterIgnoredTests
{
    [Theory]
    [InlineData("catch (HttpRequestException) { await Task.Delay(1000); }")]
    [InlineData("catch (HttpRequestException failed) when (failed.StatusCode == System.Net.HttpStatusCode.TooManyRequests) { await Task.Delay(retryAfter); }")]
    public Task Pause_ForAnyFailureOrAsTold_DoesNotReport(string handler) => Verify.QuietAsync<RetryAfterIgnored>($$"""
        using Microsoft.Extensions.AI;
        class C { async Task M(IChatClient chat, TimeSpan retryAfter) { try { await chat.GetResponseAsync("hi"); } {{handler}} } }
        """);

    [Fact]
    public Task Pause_OfFixedLengthAfterARateLimit_Reports() => Verify.ReportsAsync<RetryAfterIgnored>("""
        using Microsoft.Extensions.AI;
        class C
        {
            async Task M(IChatClient chat)
            {
                try { await chat.GetResponseAsync("hi"); }
                catch (HttpRequestException failed) when (failed.StatusCode == System.Net.HttpStatusCode.TooManyRequests) { await [|Task.Delay(TimeSpan.FromSeconds(5))|]; }
            }
        }
        """);
}
