using System.Net;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Retries;

public sealed class BreakerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_ProviderThatFailsOften_IsLeftAloneForAWhileThenAskedByOne()
    {
        var world = Failing(out var isDown);
        await FailAsync(world, 4);
        var before = world.Provider.Requests.Count;

        var refused = await Assert.ThrowsAsync<RateLimitedException>(() => SendAsync(world));

        Assert.Equal(before, world.Provider.Requests.Count);
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15));
        Assert.Contains("nothing is sent there", world.LogText, StringComparison.Ordinal);

        isDown[0] = false;
        world.Time.Advance(TimeSpan.FromSeconds(16));
        using var probe = await SendAsync(world);
        using var next = await SendAsync(world);

        Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Send_ProbeThatFails_OpensTheCircuitAgain()
    {
        var world = Failing(out _);
        await FailAsync(world, 4);
        world.Time.Advance(TimeSpan.FromSeconds(16));

        using var probe = await SendAsync(world);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, probe.StatusCode);
        await Assert.ThrowsAsync<RateLimitedException>(() => SendAsync(world));
    }

    [Fact]
    public async Task Send_AnotherModelOfTheProvider_IsNotHeldBack()
    {
        var world = Failing(out var isDown);
        await FailAsync(world, 4);
        isDown[0] = false;

        using var other = await world.Http.SendAsync(World.Request(World.Body(model: "gpt-4.1")), Cancel);

        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Send_RateLimitsAlone_OpenNothing()
    {
        var world = Failing(out _);
        world.Provider.Otherwise = _ => Answers.Error(429, "rate_limit_exceeded", ("retry-after", "0"));

        for (var i = 0; i < 12; i++) using (await world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromMilliseconds(250))) { }

        Assert.Equal(12, world.Provider.Requests.Count);
    }

    [Fact]
    public async Task Send_NeverBreaking_GoesOnFailing()
    {
        var world = Failing(out _);
        world.Options.BreakAfter = 0;

        await FailAsync(world, 40);

        Assert.Equal(40, world.Provider.Requests.Count);
    }

    [Fact]
    public async Task Send_RefusedByTheBreaker_LeavesNothingHeld()
    {
        var world = Failing(out _).With(SafeLlm.Limits.Limit.Dollars(1).PerDay());
        await FailAsync(world, 4);

        await Assert.ThrowsAsync<RateLimitedException>(() => SendAsync(world));

        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Send_ProbeLongAfterTheLastFailure_ClosesTheCircuitForAll()
    {
        var world = Failing(out var isDown);
        world.Options.BreakFor = TimeSpan.FromMinutes(1);
        await FailAsync(world, 4);
        isDown[0] = false;
        world.Time.Advance(TimeSpan.FromSeconds(61));
        using (await SendAsync(world)) { }

        var answer = new TaskCompletionSource<HttpResponseMessage>();
        world.Provider.Then((_, _) => answer.Task);
        var first = SendAsync(world);
        using var second = await SendAsync(world);
        answer.SetResult(Answers.Whole("Hi", 1, 1));
        using var other = await first;

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (other.StatusCode, second.StatusCode));
    }

    [Fact]
    public async Task Send_CallersWhoLeave_OpenNothing()
    {
        var world = Failing(out var isDown);
        isDown[0] = false;
        for (var i = 0; i < 20; i++)
        {
            using var leaving = new CancellationTokenSource();
            world.Provider.Then(async (_, token) =>
            {
                await leaving.CancelAsync();
                // No pause: an answer that never comes, whose waiting ends with its cancellation.
                await Task.Delay(Timeout.Infinite, token);
                throw new InvalidOperationException("Nobody waits any more.");
            });
            await Assert.ThrowsAsync<TaskCanceledException>(() => world.Http.SendAsync(World.Request(World.Body()), leaving.Token));
        }

        using var next = await SendAsync(world);

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Send_HandlerMadeAnewByItsFactory_StillKnowsWhatFailed()
    {
        var world = Failing(out _);
        await FailAsync(world, 4);
        using var handler = new SafeLlmHandler(world.Handler.Runtime) { InnerHandler = world.Provider };
        using var http = new HttpClient(handler, disposeHandler: false);

        await Assert.ThrowsAsync<RateLimitedException>(() => http.SendAsync(World.Request(World.Body()), Cancel));
    }

    [Fact]
    public async Task Send_AttemptThatOpensTheCircuit_IsFollowedByOneRefusal()
    {
        var world = Failing(out _).With(SafeLlm.Limits.Limit.Dollars(1).PerDay());
        world.Options.MaxAttempts = 3;
        using (await world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromMilliseconds(250))) { }

        await Assert.ThrowsAsync<RateLimitedException>(() => world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromMilliseconds(250)));

        Assert.Equal(4, world.Provider.Requests.Count);
        // Two waits of the first call and one of the second: none after the refusal.
        Assert.Equal(3, world.Log.GetSnapshot().Count(record => record.Id.Id == 1200));
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    private static World Failing(out bool[] isDown)
    {
        var world = new World();
        bool[] down = [true];
        world.Options.MaxAttempts = 1;
        world.Options.BreakAfter = 4;
        world.Provider.Otherwise = _ => down[0] ? Answers.Error(503, "overloaded") : Answers.Whole("Hi", 1, 1);
        isDown = down;
        return world;
    }

    private static async Task FailAsync(World world, int times)
    {
        for (var i = 0; i < times; i++) using (var response = await SendAsync(world)) Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(World world) => world.Http.SendAsync(World.Request(World.Body()), Cancel);
}
