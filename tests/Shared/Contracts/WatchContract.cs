using SafeLlm.Anomalies;
using SafeLlm.Pricing;

namespace SafeLlm.Tests.Contracts;

/// <summary>What was learned of keys, and who has to wait, outlive the process wherever the store does, and no node takes away from another.</summary>
public abstract class WatchContract : StoreContract
{
    private static readonly UsagePeaks Peaks = new(1, 2, 3, new NanoUsd(4), new NanoUsd(1L << 52));

    private IBaselineStore Baselines => Stores.Baselines!;

    private ILockOutStore LockOuts => Stores.LockOuts!;

    [Fact]
    public async Task Days_OfAKey_AreThoseThatWereSaved()
    {
        Assert.Empty(await LoadAsync());
        await SaveAsync(new UsageDay(Start.AddDays(1), Peaks), new UsageDay(Start, default));

        Assert.Equal([new UsageDay(Start, default), new UsageDay(Start.AddDays(1), Peaks)], await LoadAsync());
        Assert.Empty(await Baselines.LoadAsync("k2", Cancellation));
    }

    [Fact]
    public async Task Day_SavedAgain_HasTheLargerOfEachMeasure()
    {
        await SaveAsync(new UsageDay(Start, new UsagePeaks(1, 20, 3, new NanoUsd(40), new NanoUsd(5))));
        await SaveAsync(new UsageDay(Start, new UsagePeaks(10, 2, 30, new NanoUsd(4), new NanoUsd(50))));
        await SaveAsync(new UsageDay(Start, default));

        Assert.Equal(new UsageDay(Start, new UsagePeaks(10, 20, 30, new NanoUsd(40), new NanoUsd(50))), Assert.Single(await LoadAsync()));
    }

    [Fact]
    public async Task Days_BeyondThoseThatCount_GoOldestFirst()
    {
        for (var i = 0; i < IBaselineStore.MostDays + 3; i++) await SaveAsync(new UsageDay(Start.AddDays(i), Peaks));

        Assert.Equal(Enumerable.Range(3, IBaselineStore.MostDays).Select(i => Start.AddDays(i)), (await LoadAsync()).Select(day => day.Start));
    }

    [Fact]
    public async Task Days_SavedByManyAtOnce_AreAllThere()
    {
        await Task.WhenAll(Enumerable.Range(1, 40).Select(i => Task.Run(() => SaveAsync(new UsageDay(Start, new UsagePeaks(i, 41 - i, 0, NanoUsd.Zero, NanoUsd.Zero))), Cancellation)));

        Assert.Equal((40, 40), (Assert.Single(await LoadAsync()).Peaks.RequestsPerHour, (await LoadAsync())[0].Peaks.RequestsPerBurst));
    }

    [Fact]
    public async Task Baseline_OfTheStoresDays_IsTheOneThatWasLearned()
    {
        var detector = new AnomalyDetector(new AnomalyOptions());
        var learned = new UsageBaseline(Start);
        for (var day = 0; day < 5; day++)
        {
            for (var i = 0; i < 30; i++) detector.NoteRequest(learned, default, Start.AddDays(day));
            await Baselines.SaveAsync("k1", learned.RecentDays(), Cancellation);
        }

        var restored = new UsageBaseline(Start.AddDays(4).AddHours(1));
        detector.Restore(restored, default, await LoadAsync(), Start.AddDays(4).AddHours(1));

        Assert.Equal((learned.Learned, learned.FirstAt), (restored.Learned, restored.FirstAt));
    }

    [Fact]
    public async Task Parts_OfOtherNodes_AreSummed_AndOwnAreNot()
    {
        var now = UsagePart.SlotOf(Start);
        Assert.Empty(await ExchangeAsync("a", Start, Part(now, 1), Part(now - 2, 10)));
        Assert.Equal([Part(now - 2, 10), Part(now, 1)], await ExchangeAsync("b", Start, Part(now, 100)));
        Assert.Equal([Part(now - 2, 10), Part(now, 101)], await ExchangeAsync("c", Start));

        Assert.Equal([Part(now, 100)], await ExchangeAsync("a", Start, Part(now, 1), Part(now - 2, 10)));
        Assert.Empty(await Baselines.ExchangeAsync("k2", "a", [], Start, Cancellation));
    }

    [Fact]
    public async Task Parts_PutAgain_AreInThePlaceOfThoseBefore()
    {
        var now = UsagePart.SlotOf(Start);
        await ExchangeAsync("a", Start, Part(now, 1), Part(now - 2, 10));
        await ExchangeAsync("a", Start, Part(now, 7));
        Assert.Equal([Part(now, 7)], await ExchangeAsync("b", Start));

        await ExchangeAsync("a", Start);
        Assert.Empty(await ExchangeAsync("b", Start));
    }

    [Fact]
    public async Task Parts_OlderThanAnHour_AreForgotten()
    {
        var now = UsagePart.SlotOf(Start);
        await ExchangeAsync("a", Start, Part(now, 1), Part(now - 11, 10), Part(now - 12, 100));
        Assert.Equal([Part(now - 11, 10), Part(now, 1)], await ExchangeAsync("b", Start));

        Assert.Equal([Part(now, 1)], await ExchangeAsync("b", Start.AddMinutes(5)));
        Assert.Empty(await ExchangeAsync("b", Start.AddMinutes(60)));
    }

    [Fact]
    public async Task Parts_OfMoreNodesThanAreKept_GoWhereTheyAreOldest()
    {
        var now = UsagePart.SlotOf(Start);
        await ExchangeAsync("old", Start, Part(now - 1, 1_000));
        for (var i = 0; i < IBaselineStore.MostNodes; i++) await ExchangeAsync(FormattableString.Invariant($"n{i}"), Start, Part(now, 1));

        Assert.Equal([Part(now, IBaselineStore.MostNodes)], await ExchangeAsync("reader", Start));
    }

    [Fact]
    public async Task LockOut_ThatIsRecorded_IsInForceUntilItsEnd()
    {
        await RecordAsync("network:203.0.113.0/24", TimeSpan.FromMinutes(2));
        await RecordAsync("key:k1", TimeSpan.FromMinutes(1));

        Assert.Equal([new LockOut("key:k1", Start.AddMinutes(1)), new LockOut("network:203.0.113.0/24", Start.AddMinutes(2))], await LockOuts.ReadAsync(Cancellation));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["network:203.0.113.0/24"], (await LockOuts.ReadAsync(Cancellation)).Select(one => one.Scope));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await LockOuts.ReadAsync(Cancellation));
    }

    [Fact]
    public async Task LockOut_RecordedAgain_EndsWhenTheLaterDoes()
    {
        await RecordAsync("key:k1", TimeSpan.FromMinutes(2));
        await RecordAsync("key:k1", TimeSpan.FromMinutes(1));
        Assert.Equal(Start.AddMinutes(2), Assert.Single(await LockOuts.ReadAsync(Cancellation)).Until);

        await RecordAsync("key:k1", TimeSpan.FromMinutes(3));
        Assert.Equal(Start.AddMinutes(3), Assert.Single(await LockOuts.ReadAsync(Cancellation)).Until);
    }

    [Fact]
    public async Task LockOut_ThatWaitsForAnOperator_IsKeptBeyondEveryClock()
    {
        var never = new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await LockOuts.RecordAsync(new LockOut("key:k1", never), Cancellation);
        await RecordAsync("key:k1", TimeSpan.FromMinutes(1));

        Time.Advance(TimeSpan.FromDays(400));
        Assert.Equal(new LockOut("key:k1", never), Assert.Single(await LockOuts.ReadAsync(Cancellation)));
    }

    [Fact]
    public async Task LockOut_ThatIsEnded_IsOver()
    {
        await RecordAsync("key:k1", TimeSpan.FromMinutes(2));
        await LockOuts.EndAsync("key:k1", Cancellation);
        await LockOuts.EndAsync("key:unknown", Cancellation);

        Assert.Empty(await LockOuts.ReadAsync(Cancellation));
    }

    private Task<IReadOnlyList<UsageDay>> LoadAsync() => Baselines.LoadAsync("k1", Cancellation).AsTask();

    private Task SaveAsync(params UsageDay[] days) => Baselines.SaveAsync("k1", days, Cancellation).AsTask();

    // As large as a store has to take.
    private static UsagePart Part(long slot, long factor) => new(slot, factor, 2 * factor, 3 * factor, new NanoUsd(factor * (1L << 40)));

    private Task<IReadOnlyList<UsagePart>> ExchangeAsync(string node, DateTimeOffset now, params UsagePart[] parts) => Baselines.ExchangeAsync("k1", node, parts, now, Cancellation).AsTask();

    private async Task RecordAsync(string scope, TimeSpan length) => await LockOuts.RecordAsync(new LockOut(scope, Time.GetUtcNow() + length), Cancellation);
}
