using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Scopes;

public sealed class ScopeBoundsTests
{
    private const string AfterTool = """
        {"model":"gpt-4.1-mini","max_completion_tokens":50,"messages":[{"role":"user","content":"Go."},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"step","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"done"}],"tools":[{"type":"function","function":{"name":"step","parameters":{"type":"object"}}}]}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_UsedUp_AreRefusedWithTheNumber()
    {
        var world = new World();
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { Calls = 2 });
        await SendAsync(world);
        await SendAsync(world);

        var refused = await Assert.ThrowsAsync<BudgetExceededException>(() => SendAsync(world));

        Assert.Contains("run:1 has made its 2 calls", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, world.Provider.Requests.Count);
        Assert.Equal(2, run.Spent.Calls);
    }

    [Fact]
    public async Task ToolRounds_UsedUp_AreRefusedAndOtherCallsAreNot()
    {
        var world = new World();
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { ToolRounds = 1 });
        await SendAsync(world);
        await SendAsync(world, AfterTool);

        var refused = await Assert.ThrowsAsync<BudgetExceededException>(() => SendAsync(world, AfterTool));
        await SendAsync(world);

        Assert.Contains("rounds with tools", refused.Message, StringComparison.Ordinal);
        Assert.Equal((3, 1), (run.Spent.Calls, run.Spent.ToolRounds));
    }

    [Fact]
    public async Task Dollars_HeldAndSpent_NeverPassTheBoundWhoeverCallsAtOnce()
    {
        var world = new World();
        world.Provider.Otherwise = _ => Answers.Whole("Hi", 10, 90);
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { Dollars = 0.001m });

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            try
            {
                await SendAsync(world);
                return true;
            }
            catch (BudgetExceededException)
            {
                return false;
            }
        }));

        Assert.Contains(true, outcomes);
        Assert.Contains(false, outcomes);
        Assert.True(run.Spent.Cost.Dollars <= 0.001m);
        Assert.Equal(outcomes.Count(sent => sent) * 100, run.Spent.Tokens);
    }

    [Fact]
    public async Task Nested_ChildSpendsFromItsParent()
    {
        var world = new World();
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { Calls = 2 });
        using (SafeLlmScope.Begin("step:1", new ScopeBounds { Calls = 5 }))
        {
            await SendAsync(world);
            await SendAsync(world);
            var refused = await Assert.ThrowsAsync<BudgetExceededException>(() => SendAsync(world));
            Assert.Contains("run:1", refused.Message, StringComparison.Ordinal);
            Assert.Equal(2, SafeLlmScope.Current!.Spent.Calls);
        }

        Assert.Equal(2, run.Spent.Calls);
    }

    [Fact]
    public async Task Refused_CallThatWasNotSent_IsNoCallOfTheScope()
    {
        var world = new World().With(SafeLlm.Limits.Limit.Requests(1).PerMinute());
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { Calls = 3, Dollars = 1 });
        await SendAsync(world);

        await Assert.ThrowsAsync<RateLimitedException>(() => SendAsync(world));
        Assert.Equal(1, run.Spent.Calls);

        using var step = SafeLlmScope.Begin("step:1", new ScopeBounds { Dollars = 0 });
        await Assert.ThrowsAsync<BudgetExceededException>(() => SendAsync(world));
        Assert.Equal((1, 0), (run.Spent.Calls, step.Spent.Calls));
    }

    [Fact]
    public async Task Refused_Connections_AreNoCallOfTheScope()
    {
        var world = new World();
        world.Options.MaxAttempts = 2;
        foreach (var _ in Enumerable.Range(0, 2)) world.Provider.Then(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { Calls = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromMilliseconds(250)));
        Assert.Equal((2, 0), (world.Provider.Requests.Count, run.Spent.Calls));

        world.Provider.Then(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        using var answered = await world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromMilliseconds(250));
        Assert.Equal(1, run.Spent.Calls);
        await Assert.ThrowsAsync<BudgetExceededException>(() => SendAsync(world));
    }

    [Fact]
    public async Task Lost_AttemptThatMayHaveBeenBilled_StaysACallOfTheScope()
    {
        var world = new World();
        world.Options.MaxAttempts = 2;
        world.Provider.Then(new HttpRequestException(HttpRequestError.ResponseEnded, "gone")).Then(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { Calls = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromMilliseconds(250)));

        Assert.Equal(1, run.Spent.Calls);
        Assert.NotEqual(0, run.Spent.Cost.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_NeitherReadNorDisposed_IsSettledWhenItsTimeIsUp(bool isBegun)
    {
        var world = new World();
        var source = new PiecewiseStream(Answers.Delta("Hi"), Answers.Stop, Answers.Done);
        world.Provider.Then(Answers.Sse(source));
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { Dollars = 0.001m });
        var left = await world.Http.SendAsync(World.Request(World.Body(bound: 400, stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        var stream = await left.Content.ReadAsStreamAsync(Cancel);
        if (isBegun) Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], Cancel));
        Assert.Equal(0, run.Spent.Cost.Value);

        world.Time.Advance(world.Options.Timeout);

        // By the policy: all that was held, as nobody knows what the provider generates.
        Assert.InRange(run.Spent.Cost.Dollars, 400 * 1.60m / 1_000_000, 0.001m);
        Assert.True(source.IsDisposed);
        var late = await Assert.ThrowsAsync<TaskCanceledException>(() => stream.ReadAsync(new byte[4096], Cancel).AsTask());
        Assert.IsType<TimeoutException>(late.InnerException);
        left.Dispose();
        await SendAsync(world);
        Assert.Equal(2, run.Spent.Calls);
    }

    [Fact]
    public async Task Parallel_FlowsIntoTasks_CountTogether()
    {
        var world = new World();
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { Calls = 10 });

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => SendAsync(world), Cancel)));

        Assert.Equal(10, run.Spent.Calls);
        await Assert.ThrowsAsync<BudgetExceededException>(() => SendAsync(world));
    }

    [Fact]
    public async Task Failed_AttemptThatWasNotBilled_CostsTheScopeNothing()
    {
        var world = new World();
        world.Options.MaxAttempts = 1;
        world.Provider.Then(Answers.Error(401, "invalid_api_key"));
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { Dollars = 1 });

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        Assert.Equal(0, run.Spent.Cost.Value);
    }

    [Fact]
    public void Begin_BoundBelowZero_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SafeLlmScope.Begin("run:1", new ScopeBounds { Calls = -1 }));

    private static async Task SendAsync(World world, string? body = null)
    {
        using var response = await world.Http.SendAsync(World.Request(body ?? World.Body(bound: 90)), Cancel);
        Assert.True(response.IsSuccessStatusCode);
    }
}
