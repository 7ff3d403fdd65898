using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.Tests.Contracts;

/// <summary>Soft limits are recorded once a window and share, in the same step as the charge, and wait in the outbox.</summary>
public abstract class LedgerSoftLimitContract : StoreContract
{
    private static readonly Limit Budget = Limit.Dollars(10m).PerDay().For("user:42");
    private static readonly DateTimeOffset Today = new(2027, 6, 16, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Share_ThatIsReached_IsRecordedOnceWithTheArticlesWords()
    {
        Assert.False((await SpendAsync("a", Budget, Dollars(4.99m))).HasAlerts);
        Assert.Empty(await WaitingAsync());

        Assert.True((await SpendAsync("b", Budget, Dollars(0.01m))).HasAlerts);
        Assert.False((await SpendAsync("c", Budget, Dollars(1m))).HasAlerts);

        var alert = Assert.Single(await WaitingAsync());
        Assert.Equal((AlertKind.BudgetShare, AlertSeverity.Warning, "50% of daily budget consumed"), (alert.Kind, alert.Severity, alert.Message));
        Assert.Equal(("user:42", Dimension.Dollars, "day@UTC", Today, 50), (alert.Scope, alert.Dimension, alert.Window, alert.WindowStart, alert.Percent));
        Assert.Equal((5_000_000_000, 10_000_000_000), (alert.Current, alert.Reference));
        Assert.InRange(alert.At, Start, Time.GetUtcNow());
        Assert.Equal(Alert.OfShare(Budget, Budget.SoftLimits[0], Today, 5_000_000_000, Start).Id, alert.Id);
    }

    [Fact]
    public async Task Shares_ThatOneChargeReaches_AreAllRecorded()
    {
        await SpendAsync("a", Budget, Dollars(10m));

        Assert.Equal(
            [(AlertSeverity.Warning, "50% of daily budget consumed"), (AlertSeverity.Critical, "80% of daily budget consumed"), (AlertSeverity.Limit, "Daily budget exhausted")],
            (await WaitingAsync()).Select(alert => (alert.Severity, alert.Message)));
    }

    [Fact]
    public async Task Share_OfWhatIsOnlyHeld_IsNotRecorded()
    {
        await HoldAsync("a", Budget, Dollars(9m));
        Assert.Empty(await WaitingAsync());

        await SettleAsync("a", Dollars(4m));
        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task Share_ThatALeaseReachesByItsEnd_IsRecorded()
    {
        await HoldAsync("a", Budget, Dollars(6m));
        await HoldAsync("b", Budget, Dollars(3m), onLeaseEnd: LeaseEnd.Release);

        Time.Advance(Lease);
        await StateAsync(Budget);

        Assert.Equal([50], (await WaitingAsync()).Select(alert => alert.Percent));
    }

    [Fact]
    public async Task Share_ReachedAgainAfterACorrection_IsNotRecordedTwice()
    {
        await HoldAsync("a", Budget, Dollars(6m));
        Time.Advance(Lease);
        await SettleAsync("a", Dollars(1m));
        await SpendAsync("b", Budget, Dollars(5m));

        Assert.Equal([50], (await WaitingAsync()).Select(alert => alert.Percent));
    }

    [Fact]
    public async Task Share_OfTheNextWindow_IsRecordedAnew()
    {
        await SpendAsync("a", Budget, Dollars(5m));
        Time.Advance(TimeSpan.FromDays(1));
        await SpendAsync("b", Budget, Dollars(5m));

        var alerts = await WaitingAsync();
        Assert.Equal([Today, Today.AddDays(1)], alerts.Select(alert => alert.WindowStart));
        Assert.NotEqual(alerts[0].Id, alerts[1].Id);
    }

    [Fact]
    public async Task Share_ReachedByWhatBelongsToYesterday_IsYesterdays()
    {
        SetTime(Today.AddDays(1) - TimeSpan.FromMinutes(1));
        await HoldAsync("a", Budget, Dollars(5m));
        SetTime(Today.AddDays(1) + TimeSpan.FromMinutes(1));

        Assert.True((await SettleAsync("a", Dollars(5m))).HasAlerts);

        Assert.Equal([Today], (await WaitingAsync()).Select(alert => alert.WindowStart));
    }

    [Fact]
    public async Task Share_OfARollingWindow_IsRecordedOnceInAStretchOfItsLength()
    {
        var rolling = Limit.Tokens(100).Per(Window.Rolling(TimeSpan.FromDays(2))).WithSoftLimits(SoftLimits.At(50));
        var stretch = rolling.Window!.SpanAt(Start);
        await SpendAsync("a", rolling, Tokens(60));
        await SpendAsync("b", rolling, Tokens(10));
        var first = Assert.Single(await WaitingAsync());
        Assert.Equal((stretch.Start, "rolling@2.00:00:00"), (first.WindowStart, first.Window));

        SetTime(stretch.End);
        await SpendAsync("c", rolling, Tokens(5));
        Assert.Equal([stretch.Start, stretch.End], (await WaitingAsync()).Select(alert => alert.WindowStart));
    }

    [Fact]
    public async Task Share_OfAnOverrun_IsRecorded()
    {
        await HoldAsync("a", Budget, Dollars(1m));
        await SettleAsync("a", Dollars(25m));

        var last = (await WaitingAsync())[^1];
        Assert.Equal((100, 25_000_000_000), (last.Percent, last.Current));
    }

    [Fact]
    public async Task Share_IsMeasured_AgainstTheCapOfTheLastHold()
    {
        await SpendAsync("a", Budget, Dollars(4m));
        await HoldAsync("b", Budget.WithCap(5_000_000_000), Dollars(1m));
        await SettleAsync("b", Dollars(0.5m));

        Assert.Equal([50, 80], (await WaitingAsync()).Select(alert => alert.Percent));
    }

    [Fact]
    public async Task Share_ThatWasChosen_TakesThePlaceOfTheArticles()
    {
        var chosen = Budget.WithSoftLimits(SoftLimits.Of(new SoftLimit(90, AlertSeverity.Critical, "Nearly out."), new SoftLimit(10, AlertSeverity.Warning)));
        await SpendAsync("a", chosen, Dollars(9.5m));
        await SpendAsync("b", Limit.Dollars(1m).PerWeek().WithSoftLimits(SoftLimits.None), Dollars(1m));
        await SpendAsync("c", Limit.Tokens(10).PerDay(), Tokens(10));

        Assert.Equal([(10, "10% of daily budget consumed"), (90, "Nearly out.")], (await WaitingAsync()).Select(alert => (alert.Percent!.Value, alert.Message)));
    }

    [Fact]
    public async Task Share_ReachedByManyTasks_IsRecordedOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => SpendAsync($"t{i}", Budget, Dollars(0.25m)), Cancellation)));

        Assert.Equal([50, 80, 100], (await WaitingAsync()).Select(alert => alert.Percent!.Value).Order());
    }

    [Fact]
    public async Task Share_AtSeveralLimits_IsRecordedForEach()
    {
        await HoldAsync("a", [Budget, Limit.Dollars(20m).PerMonth(), Limit.Dollars(100m).PerMonth().For("tier:free")], Dollars(10m));
        await SettleAsync("a", Dollars(10m));

        Assert.Equal(
            [("app", 50), ("user:42", 50), ("user:42", 80), ("user:42", 100)],
            (await WaitingAsync()).Select(alert => (alert.Scope!, alert.Percent!.Value)).Order());
    }

    private async Task<IReadOnlyList<Alert>> WaitingAsync()
    {
        // Looks without keeping: the lease is over before anybody looks again.
        var taken = await Stores.Outbox!.TakeAsync(100, TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond), Cancellation);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        return [.. taken.Select(pending => pending.Alert)];
    }
}
