using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class UnboundedFanOutTests
{
    [Theory]
    [InlineData("await Task.WhenAll(new[] { \"a\", \"b\" }.Select(text => chat.GetResponseAsync(text)));")]
    [InlineData("var gate = new SemaphoreSlim(4); await Task.WhenAll(texts.Select(async text => { await gate.WaitAsync(); await chat.GetResponseAsync(text); }));")]
    [InlineData("await Parallel.ForEachAsync(texts, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (text, token) => await chat.GetResponseAsync(text, cancellationToken: token));")]
    [InlineData("foreach (var text in texts) await chat.GetResponseAsync(text);")]
    [InlineData("var answers = texts.Select(text => chat.GetResponseAsync(text)); await answers.First();")]
    public Task Calls_OneByOneOrLimited_DoNotReport(string statement) => Verify.QuietAsync<UnboundedFanOut>($$"""
        using Microsoft.Extensions.AI;
        class C { async Task M(IChatClient chat, List<string> texts) { {{statement}} } }
        """);

    [Fact]
    public Task Calls_AllAtOnce_Report() => Verify.ReportsAsync<UnboundedFanOut>("""
        using Microsoft.Extensions.AI;
        class C
        {
            async Task M(IChatClient chat, List<string> texts)
            {
                await Task.WhenAll(texts.Select(text => chat.[|GetResponseAsync|](text)));
                var running = texts.Select(text => chat.[|GetResponseAsync|](text)).ToList();
                await Task.WhenAll(running);
                await Parallel.ForEachAsync(texts, async (text, token) => await chat.[|GetResponseAsync|](text, cancellationToken: token));
            }
        }
        """);

    [Fact]
    public Task Fix_LimitsTheParallelLoop() => Fix.ChangesAsync<UnboundedFanOut, LimitFanOut>("""
        using Microsoft.Extensions.AI;
        class C { Task M(IChatClient chat, List<string> texts) => Parallel.ForEachAsync(texts, async (text, token) => await chat.GetResponseAsync(text, cancellationToken: token)); }
        """, """
        using Microsoft.Extensions.AI;
        class C { Task M(IChatClient chat, List<string> texts) => Parallel.ForEachAsync(texts, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (text, token) => await chat.GetResponseAsync(text, cancellationToken: token)); }
        """);
}
