using SafeLlm.Limits;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Holds;

/// <summary>A store that hangs holds up no call in shadow mode for longer than a quarter of a second each time, and loses nothing of what it counts.</summary>
public sealed class ShadowPatienceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly Limit Daily = Limit.Dollars(1).PerDay();

    private readonly InMemoryLedger ledger = new(TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_StoreThatHangsAtTheFirstQuestion_PassesUncounted()
    {
        var world = Shadow(new HangingLedger(ledger) { HangsReading = true });

        using var response = await PassesAsync(world);

        Assert.Contains("(StoreUnavailable)", world.LogText, StringComparison.Ordinal);
        Assert.Contains("did not answer within the 250 ms", world.LogText, StringComparison.Ordinal);
        Assert.Equal(0, await ledger.CountHoldsAsync(Cancel));
    }

    [Fact]
    public async Task Send_StoreThatHangsAtTheHoldAndTakesItLater_PassesUncountedAndLeavesNoHold()
    {
        var store = new HangingLedger(ledger) { HangsHolding = true };
        var world = Shadow(store);
        using (await PassesAsync(world)) Assert.Contains("(StoreUnavailable)", world.LogText, StringComparison.Ordinal);

        store.Open();
        await store.Closed.WaitAsync(Cancel);

        Assert.Equal(0, await ledger.CountHoldsAsync(Cancel));
        Assert.Equal(0, (await ledger.ReadAsync([Daily], Cancel))[0].Spent);
    }

    [Fact]
    public async Task Send_StoreThatHangsAtTheSettle_EndsAndIsChargedOnceItAnswers()
    {
        var store = new HangingLedger(ledger) { HangsSettling = true };
        var world = Shadow(store);
        using (await PassesAsync(world)) Assert.Equal(1, await ledger.CountHoldsAsync(Cancel));

        store.Open();
        await store.Closed.WaitAsync(Cancel);

        Assert.Equal(0, await ledger.CountHoldsAsync(Cancel));
        Assert.NotEqual(0, (await ledger.ReadAsync([Daily], Cancel))[0].Spent);
    }

    private static World Shadow(HangingLedger store)
    {
        var world = new World { Store = store }.With(Daily);
        world.Options.Shadow = true;
        world.Provider.Then(Answers.Whole("Hi", 100, 50));
        return world;
    }

    // The clock moves only while the call waits, so it shows for how long.
    private static async Task<HttpResponseMessage> PassesAsync(World world)
    {
        var before = world.Time.GetUtcNow();
        var response = await world.SendWhileTimePassesAsync(World.Request(World.Body()), Patience);
        Assert.Equal(Patience, world.Time.GetUtcNow() - before);
        return response;
    }
}
