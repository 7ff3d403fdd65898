using System.Net;
using SafeLlm.Limits;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Holds;

/// <summary>Errors whose content does not come: their status has told already what may have been billed.</summary>
public sealed class ErrorContentTests
{
    private static readonly Limit Daily = Limit.Dollars(1).PerDay();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ErrorWhoseContentStalls_IsJudgedByItsStatus()
    {
        var world = new World().With(Daily);
        world.Options.MaxAttempts = 1;
        var held = 0L;
        using var leaving = new CancellationTokenSource();
        world.Provider.Then(async (_, token) =>
        {
            held = (await world.StateAsync()).Held;
            return new HttpResponseMessage(HttpStatusCode.GatewayTimeout) { Content = new StreamContent(new PiecewiseStream("{") { AtEnd = LeaveAsync }) };
        });

        async Task LeaveAsync(CancellationToken reading)
        {
            await leaving.CancelAsync();
            // No pause: content that never comes, whose reading ends with its cancellation.
            await Task.Delay(Timeout.Infinite, reading);
        }

        await Assert.ThrowsAsync<TaskCanceledException>(() => world.Http.SendAsync(World.Request(World.Body()), leaving.Token));

        Assert.NotEqual(0, held);
        Assert.Equal((held, 0), ((await world.StateAsync()).Spent, (await world.StateAsync()).Held));
    }

    [Fact]
    public async Task ErrorWhoseContentDoesNotComeWithinAnAttemptsTime_IsTriedAgainByItsStatus()
    {
        var world = new World().With(Daily);
        world.Options.AttemptTimeout = TimeSpan.FromSeconds(5);
        world.Provider.Then((_, _) =>
        {
            var stalling = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StreamContent(new PiecewiseStream("{") { AtEnd = StallAsync }) };
            stalling.Headers.RetryAfter = new System.Net.Http.Headers.RetryConditionHeaderValue(TimeSpan.Zero);
            return Task.FromResult(stalling);
        });
        world.Provider.Then(Answers.Whole("Hello!", 12, 5));

        async Task StallAsync(CancellationToken reading)
        {
            world.Time.Advance(TimeSpan.FromSeconds(5));
            // No pause: content that never comes, whose reading ends with its cancellation.
            await Task.Delay(Timeout.Infinite, reading);
        }

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, world.Provider.Requests.Count);
    }
}
