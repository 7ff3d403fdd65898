using SafeLlm.Limits;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Holds;

public sealed class HoldStageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_BudgetWithoutRoom_SaysWhatACallerNeeds()
    {
        var world = new World().With(Limit.Dollars(0.001m).PerDay());

        var refused = await Assert.ThrowsAsync<BudgetExceededException>(() => world.Http.SendAsync(World.Request(World.Body(bound: 20_000)), Cancel));

        Assert.Empty(world.Provider.Requests);
        var denial = Assert.Single(refused.Denials);
        Assert.Equal(1_000_000, denial.Limit.Cap);
        Assert.Contains("$0.001", refused.Message, StringComparison.Ordinal);
        Assert.Contains("spent", refused.Message, StringComparison.Ordinal);
        Assert.Contains("held", refused.Message, StringComparison.Ordinal);
        var bound = Assert.NotNull(refused.LargestOutputBound);
        Assert.Equal(0, await world.OpenHoldsAsync());

        using var fits = await world.Http.SendAsync(World.Request(World.Body(bound: (int)bound)), Cancel);
        Assert.True(fits.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Send_BudgetUsedUp_SaysWhenRoomComes()
    {
        var world = new World().With(Limit.Dollars(0.01m).PerDay());
        world.Provider.Otherwise = _ => Answers.Whole("Hi", 0, 6_000);

        using var first = await world.Http.SendAsync(World.Request(World.Body(bound: 6_000)), Cancel);
        var refused = await Assert.ThrowsAsync<BudgetExceededException>(() => world.Http.SendAsync(World.Request(World.Body(bound: 6_000)), Cancel));

        Assert.Equal(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero), refused.RoomAt);
        Assert.Contains("2026-11-24 00:00:00Z", refused.Message, StringComparison.Ordinal);
        Assert.Contains("in 12:00:00", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_RequestsUsedUp_SaysHowLongToWait()
    {
        var world = new World().With(Limit.Requests(1).PerMinute());

        using var first = await world.Http.SendAsync(World.Request(World.Body()), Cancel);
        var refused = await Assert.ThrowsAsync<RateLimitedException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        Assert.InRange(Assert.NotNull(refused.RetryAfter), TimeSpan.FromSeconds(58), TimeSpan.FromSeconds(63));
        Assert.Single(world.Provider.Requests);
    }

    [Fact]
    public async Task Send_FiftyAtOnce_NeverPassTheCap()
    {
        var world = new World().With(Limit.Requests(7).PerMinute());

        var calls = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            try
            {
                using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);
                return true;
            }
            catch (RateLimitedException)
            {
                return false;
            }
        }));

        Assert.Equal(7, calls.Count(sent => sent));
        Assert.Equal(7, world.Provider.Requests.Count);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Send_OverTheCallsOwnBudget_IsRefused()
    {
        var world = new World();
        world.Options.MaxDollarsPerCall = 0.000_1m;

        var refused = await Assert.ThrowsAsync<BudgetExceededException>(() => world.Http.SendAsync(World.Request(World.Body(bound: 20_000)), Cancel));

        Assert.Contains("MaxDollarsPerCall", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_StoreThatFails_ClosesTheDoor()
    {
        var world = new World { Store = new BrokenLedger() }.With(Limit.Dollars(1).PerDay());

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        Assert.Equal(RefusalCode.StoreUnavailable, refused.Code);
        Assert.Empty(world.Provider.Requests);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(12)]
    public async Task Send_SettleThatFails_IsTriedAgainUntilItIsWritten(int failures)
    {
        var world = new World();
        var store = new BrokenLedger(world.Ledger) { FailingSettles = failures };
        world.Options.UseStores(_ => new SafeLlmStores(store, new SafeLlm.Signing.InMemoryNonceStore(world.Time)));
        world.With(Limit.Requests(5).PerMinute());

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);
        Assert.Equal(1, await world.OpenHoldsAsync());
        var lease = world.Time.GetUtcNow() + world.Options.Timeout;
        while (await world.OpenHoldsAsync() > 0)
        {
            if (world.Time.Pauses > 0) world.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.True(world.Time.GetUtcNow() < lease, "The lease closed the hold.");
        Assert.True(response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Send_ScopesAround_ChargesAllOfThem()
    {
        var world = new World().With(Limit.Requests(100).PerMinute());
        var outer = Limit.Requests(3).PerMinute();
        var inner = Limit.Requests(2).PerMinute();
        using (SafeLlmScope.Begin("run:1", outer))
        using (SafeLlmScope.Begin("step:1", inner))
        {
            using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);
        }

        Assert.Equal(1, (await world.StateAsync()).Spent);
        Assert.Equal(1, (await world.StateAsync(outer.For("run:1"))).Spent);
        Assert.Equal(1, (await world.StateAsync(inner.For("step:1"))).Spent);
    }

    [Fact]
    public async Task Send_ParentScopeUsedUp_RefusesTheChild()
    {
        var world = new World();
        using var run = SafeLlmScope.Begin("run:1", Limit.Requests(1).PerMinute());
        using var step = SafeLlmScope.Begin("step:1", Limit.Requests(5).PerMinute());

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);
        var refused = await Assert.ThrowsAsync<RateLimitedException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        Assert.Equal("run:1", Assert.Single(refused.Refusal!.Denials).Limit.Scope);
    }

    [Fact]
    public async Task Stream_LongerThanItsLease_ExtendsIt()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Options.Timeout = TimeSpan.FromHours(5);
        world.Provider.Then(Answers.Sse([.. Enumerable.Repeat(Answers.Delta("a"), 20), Answers.Stop, Answers.Usage(12, 7), Answers.Done]));
        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var stream = await response.Content.ReadAsStreamAsync(Cancel);
        var buffer = new byte[4096];

        while (await stream.ReadAsync(buffer, Cancel) > 0)
        {
            Assert.Equal(1, await world.OpenHoldsAsync());
            world.Time.Advance(TimeSpan.FromMinutes(8));
        }

        Assert.Equal(0, await world.OpenHoldsAsync());
        Assert.DoesNotContain("lease", world.LogText, StringComparison.Ordinal);
    }
}
