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

    private async Task RecordAsync(string scope, TimeSpan length) => await LockOuts.RecordAsync(new LockOut(scope, Time.GetUtcNow() + length), Cancellation);
}
