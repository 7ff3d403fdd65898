using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Metering;

public sealed class DrainTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static long Real => Quoter.Cost(World.Price, new SafeLlm.Formats.BillableUsage(12, 0, 0, 7)).Value;

    [Fact]
    public async Task Drain_StreamLeftByItsReader_SettlesWhatTheProviderReports()
    {
        var world = Draining(out var source);

        await LeaveAsync(world);
        await EndedAsync(world);

        Assert.Equal(Real, (await world.StateAsync()).Spent);
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task Drain_StreamWhoseReadWasCancelled_SettlesWhatTheProviderReports()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Options.OnMissingUsage = OnMissingUsage.Drain;
        var comes = new TaskCompletionSource();
        var source = new PausingStream([Answers.Delta("Hel")], comes.Task, [Answers.Stop, Answers.Usage(12, 7), Answers.Done]);
        world.Provider.Then(Answers.Sse(source));
        using var leave = new CancellationTokenSource();
        using (var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
            var stream = await response.Content.ReadAsStreamAsync(Cancel);
            Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], Cancel));
            var reading = stream.ReadAsync(new byte[4096], leave.Token).AsTask();
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        }

        Assert.Equal(1, await world.OpenHoldsAsync());
        comes.SetResult();
        await EndedAsync(world);

        Assert.Equal(Real, (await world.StateAsync()).Spent);
    }

    [Fact]
    public async Task Drain_StreamThatDoesNotEndInTime_IsChargedWhole()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Options.OnMissingUsage = OnMissingUsage.Drain;
        var source = new PausingStream([Answers.Delta("Hel")], Task.Delay(Timeout.Infinite, Cancel), []);
        world.Provider.Then(Answers.Sse(source));

        var held = await LeaveAsync(world);
        Assert.Equal(1, await world.OpenHoldsAsync());
        world.Time.Advance(world.Options.DrainTimeout);
        await EndedAsync(world);

        Assert.Equal(held, (await world.StateAsync()).Spent);
        Assert.True(source.IsDisposed);
    }

    private static World Draining(out PausingStream source)
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Options.OnMissingUsage = OnMissingUsage.Drain;
        source = new PausingStream([Answers.Delta("Hel"), Answers.Delta("lo")], Task.CompletedTask, [Answers.Stop, Answers.Usage(12, 7), Answers.Done]);
        world.Provider.Then(Answers.Sse(source));
        return world;
    }

    private static async Task<long> LeaveAsync(World world)
    {
        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        var held = (await world.StateAsync()).Held;
        using var stream = await response.Content.ReadAsStreamAsync(Cancel);
        Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], Cancel));
        return held;
    }

    private static async Task EndedAsync(World world)
    {
        while (await world.OpenHoldsAsync() > 0) await Task.Yield();
    }
}
