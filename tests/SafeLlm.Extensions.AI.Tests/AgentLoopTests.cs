using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using SafeLlm.Limits;
using SafeLlm.Testing;

namespace SafeLlm.Extensions.AI.Tests;

/// <summary>A model that never stops asking for its tool is stopped by the budget of its run.</summary>
public sealed class AgentLoopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Loop_OverSafeLlmClient_EndsAtItsRoundsWithToolsAndCostsWhatWasBilled(bool streams)
    {
        await using var provider = await ProviderDouble.StartAsync(new ProviderDoubleOptions { Answer = _ => new Answer { ToolCalls = [new AnswerToolCall("search", """{"query":"more"}""")] } }, Cancel);
        var (options, _) = Budget();
        options.Endpoint = provider.BaseAddress;
        options.AllowUnsigned = true;
        using var agent = Loop(SafeLlmClient.Create(options).AsIChatClient("gpt-4.1-mini", 100).AsBuilder());
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { ToolRounds = 4 });

        var stopped = await Assert.ThrowsAsync<BudgetExceededException>(() => AskAsync(agent, streams));

        Assert.Contains("run:1 has made its 4 rounds with tools", stopped.Message, StringComparison.Ordinal);
        Assert.Equal((5, 4), (run.Spent.Calls, run.Spent.ToolRounds));
        Assert.Equal(provider.BilledTotal, run.Spent.Cost);
        Assert.Equal(5, provider.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Loop_AroundAnyChatClient_EndsAtItsMoney(bool streams)
    {
        var (options, ledger) = Budget();
        using var agent = Loop(new EndlessChatClient().AsBuilder(), builder => builder.UseSafeLlm(options));
        using var run = SafeLlmScope.Begin("run:2", new ScopeBounds { Dollars = 0.01m });

        await Assert.ThrowsAsync<BudgetExceededException>(() => AskAsync(agent, streams));

        Assert.InRange(run.Spent.Cost.Dollars, 0.000_001m, 0.01m);
        Assert.Equal(run.Spent.Cost.Value, (await ledger.ReadAsync([.. options.Limits], Cancel))[0].Spent);
        Assert.Equal(0, await ledger.CountHoldsAsync(Cancel));
    }

    [Fact]
    public async Task Loop_OfAChildRun_SpendsFromItsParent()
    {
        var (options, _) = Budget();
        using var agent = Loop(new EndlessChatClient().AsBuilder(), builder => builder.UseSafeLlm(options));
        using var run = SafeLlmScope.Begin("run:3", new ScopeBounds { Calls = 6 });
        for (var child = 0; child < 2; child++)
        {
            using var step = SafeLlmScope.Begin($"run:3/step:{child}", new ScopeBounds { Calls = 4 });
            await Assert.ThrowsAsync<BudgetExceededException>(() => AskAsync(agent, streams: false));
        }

        Assert.Equal(6, run.Spent.Calls);
    }

    private static IChatClient Loop(ChatClientBuilder builder, Func<ChatClientBuilder, ChatClientBuilder>? inside = null)
    {
        builder.UseFunctionInvocation(configure: loop => loop.MaximumIterationsPerRequest = 100_000);
        return (inside?.Invoke(builder) ?? builder).Build();
    }

    private static async Task AskAsync(IChatClient agent, bool streams)
    {
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create((string query) => $"Nothing about {query}.", "search", "Searches")] };
        if (!streams)
        {
            await agent.GetResponseAsync("Find out.", options, Cancel);
            return;
        }

        await foreach (var update in agent.GetStreamingResponseAsync("Find out.", options, Cancel))
        {
        }
    }

    private static (SafeLlmClientOptions Options, InMemoryLedger Ledger) Budget()
    {
        var ledger = new InMemoryLedger(TimeProvider.System);
        var options = new SafeLlmClientOptions();
        options.UseStores(time => new SafeLlmStores(ledger, new SafeLlm.Signing.InMemoryNonceStore(time)));
        options.Limits.Add(Limit.Dollars(1).PerDay());
        return (options, ledger);
    }

    private sealed class EndlessChatClient : IChatClient
    {
        private int asked;

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [Call()])) { Usage = Usage() });

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return new ChatResponseUpdate(ChatRole.Assistant, [Call()]);
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(Usage())]);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("fake", null, "gpt-4.1-mini") : null;

        public void Dispose()
        {
        }

        private static UsageDetails Usage() => new() { InputTokenCount = 100, OutputTokenCount = 50 };

        private FunctionCallContent Call() => new($"call_{Interlocked.Increment(ref asked)}", "search", new Dictionary<string, object?> { ["query"] = "more" });
    }
}
