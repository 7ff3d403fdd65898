using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class TokenNotPassedTests
{
    [Fact]
    public Task Token_PassedOrNotAtHand_DoesNotReport() => Verify.QuietAsync<TokenNotPassed>("""
        using Microsoft.Extensions.AI;
        class C
        {
            Task M(IChatClient chat, CancellationToken token) => chat.GetResponseAsync("hi", cancellationToken: token);
            Task N(IChatClient chat) => chat.GetResponseAsync("hi");
            async Task O(IChatClient chat, CancellationToken token) { await foreach (var part in chat.GetStreamingResponseAsync("hi").WithCancellation(token)) { } }
        }
        """);

    [Fact]
    public Task Token_AtHandAndNotPassed_Reports() => Verify.ReportsAsync<TokenNotPassed>("""
        using Microsoft.Extensions.AI;
        class C { Task M(IChatClient chat, CancellationToken token) => chat.[|GetResponseAsync|]("hi"); }
        """);

    [Fact]
    public Task Fix_PassesTheToken() => Fix.ChangesAsync<TokenNotPassed, PassToken>("""
        using Microsoft.Extensions.AI;
        class C { Task M(IChatClient chat, CancellationToken token) => chat.GetResponseAsync("hi"); }
        """, """
        using Microsoft.Extensions.AI;
        class C { Task M(IChatClient chat, CancellationToken token) => chat.GetResponseAsync("hi", cancellationToken: token); }
        """);
}
