using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Tests.Limits;

public sealed class InMemoryStoreViewTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly Limit Daily = Limit.Dollars(10m).PerDay().For("user:42");
    private static readonly Limit Open = Limit.ConcurrentCalls(5).For("key:k1");

    private readonly FakeTimeProvider time = new(Start);

    [Fact]
    public async Task Counters_OfALedgerInUse_ShowWhatIsSpentAndHeldOfWhichCap()
    {
        using var stores = InMemoryStoreHostExtensions.InMemory(time);
        using var view = stores.View!();
        await HoldAsync(stores, "a", 3m);
        await stores.Ledger.SettleAsync("a", new Amounts(1, 1, NanoUsd.FromDollars(2m)), TestContext.Current.CancellationToken);
        await HoldAsync(stores, "b", 4m);

        var counters = await view.ReadCountersAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                new CounterState("key:k1", Dimension.ConcurrentCalls, null, 5, 0, 1) { ApplicationCap = 5 },
                new CounterState("user:42", Dimension.Dollars, "day@UTC", 10_000_000_000, 2_000_000_000, 4_000_000_000) { ApplicationCap = 10_000_000_000, ResetsAt = Start.AddHours(12) },
            ],
            counters);
    }

    [Fact]
    public async Task Counters_OfAWindowThatIsOver_AreGone()
    {
        using var stores = InMemoryStoreHostExtensions.InMemory(time);
        using var view = stores.View!();
        await HoldAsync(stores, "a", 3m);
        await stores.Ledger.SettleAsync("a", new Amounts(1, 1, NanoUsd.FromDollars(2m)), TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromDays(1));

        Assert.Empty(await view.ReadCountersAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Holds_ThatAreOpen_ComeInTheOrderInWhichTheyWereTaken()
    {
        using var stores = InMemoryStoreHostExtensions.InMemory(time);
        using var view = stores.View!();
        foreach (var id in new[] { "first", "second", "third", "fourth" })
        {
            await HoldAsync(stores, id, 1m);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await stores.Ledger.ReleaseAsync("second", TestContext.Current.CancellationToken);
        var holds = await view.ReadHoldsAsync(2, TestContext.Current.CancellationToken);

        Assert.Equal(["first", "third"], holds.Select(hold => hold.Hold.Id));
        Assert.All(holds, hold => Assert.Equal(["user:42", "key:k1"], hold.Scopes));
    }

    [Fact]
    public async Task Journal_OfTheStores_IsRead()
    {
        using var stores = InMemoryStoreHostExtensions.InMemory(time);
        using var view = stores.View!();
        var line = new JournalEntry { Id = "a", At = Start, Outcome = JournalOutcome.Reported, Actual = new Amounts(1, 2, default) };
        await stores.Journal!.AppendAsync(line, TestContext.Current.CancellationToken);

        Assert.Equal([line], await view.ReadJournalAsync(Start, Start.AddSeconds(1), TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
    }

    private static async Task HoldAsync(SafeLlmStores stores, string id, decimal dollars)
    {
        var request = new HoldRequest(id, [Daily, Open], new Amounts(10, 10, NanoUsd.FromDollars(dollars)), TimeSpan.FromMinutes(5));
        Assert.Equal(HoldOutcome.Held, (await stores.Ledger.HoldAsync(request, TestContext.Current.CancellationToken)).Outcome);
    }
}
