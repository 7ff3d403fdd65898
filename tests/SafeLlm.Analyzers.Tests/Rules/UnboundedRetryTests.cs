using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class UnboundedRetryTests
{
    [Theory]
    [InlineData("for (var i = 0; i < 3; i++) { try { return await chat.GetResponseAsync(text); } catch (HttpRequestException) { } } return null;")]
    [InlineData("var tries = 0; while (true) { try { return await chat.GetResponseAsync(text); } catch (HttpRequestException) { if (++tries > 3) throw; } }")]
    [InlineData("while (true) { try { return await chat.GetResponseAsync(text); } catch (HttpRequestException) { throw; } }")]
    [InlineData("while (true) { try { await chat.GetResponseAsync(Console.ReadLine()!); } catch (HttpRequestException) { } }")]
    public Task Retry_WithALimit_DoesNotReport(string body) => Verify.QuietAsync<UnboundedRetry>($$"""
        using Microsoft.Extensions.AI;
        class C { async Task<object?> M(IChatClient chat, string text) { {{body}} } }
        """);

    [Fact]
    public Task Retry_WithoutALimit_Reports() => Verify.ReportsAsync<UnboundedRetry>("""
        using Microsoft.Extensions.AI;
        using Polly;
        class C
        {
            private readonly object policy = Policy.Handle<HttpRequestException>().[|RetryForeverAsync|]();
            async Task<object?> M(IChatClient chat, string text)
            {
                while (true)
                {
                    try { return await chat.[|GetResponseAsync|](text); }
                    catch (HttpRequestException) { await Task.Delay(1000); }
                }
            }
        }
        """);

    [Fact]
    public Task Fix_LimitsThePolicy() => Fix.ChangesAsync<UnboundedRetry, LimitRetries>("""
        using Microsoft.Extensions.AI;
        using Polly;
        class C { object M() => Policy.Handle<HttpRequestException>().RetryForeverAsync(); Task N(IChatClient chat) => chat.GetResponseAsync("hi"); }
        """, """
        using Microsoft.Extensions.AI;
        using Polly;
        class C { object M() => Policy.Handle<HttpRequestException>().RetryAsync(3); Task N(IChatClient chat) => chat.GetResponseAsync("hi"); }
        """);
}
