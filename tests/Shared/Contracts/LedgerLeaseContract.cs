using SafeLlm.Limits;

namespace SafeLlm.Tests.Contracts;

/// <summary>A hold whose owner died is closed when its lease ends; who comes late corrects that, once, within 24 hours.</summary>
public abstract class LedgerLeaseContract : StoreContract
{
    private static readonly Limit Day = Limit.Tokens(100).PerWeek();
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Lease_ThatEnds_ChargesInFull()
    {
        await HoldAsync("a", [Day, Limit.ConcurrentCalls(1)], Tokens(60));

        Time.Advance(Lease - Moment);
        await AssertStateAsync(Day, 0, 60);
        Assert.Equal(1, await Ledger.CountHoldsAsync(Cancellation));

        Time.Advance(Moment);
        await AssertStateAsync(Day, 60, 0);
        await AssertStateAsync(Limit.ConcurrentCalls(1), 0, 0);
        Assert.Equal(0, await Ledger.CountHoldsAsync(Cancellation));
    }

    [Fact]
    public async Task Lease_ThatEndsWhereNothingWasSent_GivesBack()
    {
        await HoldAsync("a", Day, Tokens(60), onLeaseEnd: LeaseEnd.Release);

        Time.Advance(Lease);

        await AssertStateAsync(Day, 0, 0);
        await HoldAsync("b", Day, Tokens(100));
    }

    [Fact]
    public async Task Lease_ThatEnds_MakesRoomForWhoeverAsksNext()
    {
        await HoldAsync("a", [Day, Limit.ConcurrentCalls(1)], Tokens(60), onLeaseEnd: LeaseEnd.Release);
        Time.Advance(Lease);

        await HoldAsync("b", [Day, Limit.ConcurrentCalls(1)], Tokens(100));
    }

    [Fact]
    public async Task Lease_OfManyHolds_EndsEachInItsTime()
    {
        for (var i = 1; i <= 9; i++) await HoldAsync($"h{i}", Day, Tokens(i), TimeSpan.FromMinutes(10 - i));

        var spent = 0;
        for (var i = 9; i >= 1; i--)
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            spent += i;
            await AssertStateAsync(Day, spent, 45 - spent);
        }
    }

    [Fact]
    public async Task Charge_OfALease_BelongsToTheInstantOfItsHold()
    {
        var day = Limit.Tokens(100).PerDay();
        SetTime(new DateTimeOffset(2027, 6, 16, 23, 58, 0, TimeSpan.Zero));
        await HoldAsync("a", [day, Limit.Tokens(100).PerHour()], Tokens(60));

        Time.Advance(Lease);

        await AssertStateAsync(day, 0, 0);
        await AssertStateAsync(Limit.Tokens(100).PerHour(), 60, 0);
    }

    [Fact]
    public async Task Extend_LetsTheLeaseEndLater()
    {
        await HoldAsync("a", Day, Tokens(60));
        Time.Advance(TimeSpan.FromMinutes(4));

        Assert.True(await Ledger.ExtendAsync("a", Lease, Cancellation));
        Assert.True(await Ledger.ExtendAsync("a", Lease, Cancellation));

        Time.Advance(Lease - Moment);
        await AssertStateAsync(Day, 0, 60);
        Assert.Equal(Start + TimeSpan.FromMinutes(9), (await HoldAsync("a", Day, Tokens(60))).LeaseEnds);
        Time.Advance(Moment);
        await AssertStateAsync(Day, 60, 0);
    }

    [Fact]
    public async Task Extend_ByLess_DoesNotShortenTheLease()
    {
        await HoldAsync("a", Day, Tokens(60));

        Assert.True(await Ledger.ExtendAsync("a", TimeSpan.FromSeconds(1), Cancellation));

        Time.Advance(Lease - Moment);
        await AssertStateAsync(Day, 0, 60);
    }

    [Fact]
    public async Task Extend_OfAClosedHold_ChangesNothing()
    {
        await HoldAsync("settled", Day, Tokens(10));
        await HoldAsync("ended", Day, Tokens(10));
        await SettleAsync("settled", Tokens(10));
        Time.Advance(Lease);

        Assert.False(await Ledger.ExtendAsync("settled", Lease, Cancellation));
        Assert.False(await Ledger.ExtendAsync("ended", Lease, Cancellation));

        await AssertStateAsync(Day, 20, 0);
    }

    [Fact]
    public async Task Settle_AfterTheLease_CorrectsTheChargeOnce()
    {
        await HoldAsync("a", Day, Tokens(60));
        Time.Advance(TimeSpan.FromHours(3));

        Assert.Equal(new SettleResult(true, false, true), await SettleAsync("a", Tokens(25)));
        Assert.Equal(new SettleResult(true, false, true), await SettleAsync("a", Tokens(40)));

        await AssertStateAsync(Day, 25, 0);
        Assert.False(await Ledger.ReleaseAsync("a", Cancellation));
        await AssertStateAsync(Day, 25, 0);
    }

    [Fact]
    public async Task Settle_AfterTheLeaseAboveTheCharge_IsAnOverrun()
    {
        await HoldAsync("a", Day, Tokens(60));
        Time.Advance(TimeSpan.FromHours(3));

        Assert.Equal(new SettleResult(true, true, true), await SettleAsync("a", Tokens(75)));

        await AssertStateAsync(Day, 75, 0);
    }

    [Fact]
    public async Task Settle_AfterALeaseThatGaveBack_IsRecordedAndFlagged()
    {
        await HoldAsync("a", [Day, Limit.ConcurrentCalls(5)], Tokens(60), onLeaseEnd: LeaseEnd.Release);
        Time.Advance(Lease);
        await HoldAsync("b", Day, Tokens(100));

        Assert.Equal(new SettleResult(true, true, true), await SettleAsync("a", Tokens(40)));

        await AssertStateAsync(Day, 40, 100);
        await AssertStateAsync(Limit.ConcurrentCalls(5), 0, 0);
    }

    [Fact]
    public async Task Settle_AfterALeaseThatGaveBackOfNothing_IsNoOverrun()
    {
        await HoldAsync("a", Day, Tokens(60), onLeaseEnd: LeaseEnd.Release);
        Time.Advance(Lease);

        Assert.Equal(new SettleResult(true, false, true), await SettleAsync("a", Tokens(0)));
    }

    [Fact]
    public async Task Release_AfterTheLease_GivesTheChargeBackOnce()
    {
        await HoldAsync("a", Day, Tokens(60));
        Time.Advance(TimeSpan.FromHours(3));

        Assert.True(await Ledger.ReleaseAsync("a", Cancellation));
        Assert.True(await Ledger.ReleaseAsync("a", Cancellation));

        await AssertStateAsync(Day, 0, 0);
        Assert.False((await SettleAsync("a", Tokens(5))).Found);
    }

    [Fact]
    public async Task Settle_WithinADayOfTheLease_StillCorrects()
    {
        await HoldAsync("a", Day, Tokens(60));
        Time.Advance(Lease + TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));

        Assert.True((await SettleAsync("a", Tokens(10))).WasLate);

        await AssertStateAsync(Day, 10, 0);
    }

    [Fact]
    public async Task Settle_MoreThanADayAfterTheLease_IsNotFound()
    {
        await HoldAsync("a", Day, Tokens(60));
        Time.Advance(Lease + TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));

        Assert.False((await SettleAsync("a", Tokens(10))).Found);

        await AssertStateAsync(Day, 60, 0);
    }

    [Fact]
    public async Task Settle_LateInARollingWindow_CorrectsWhatStillCounts()
    {
        var rolling = Limit.Tokens(100).Per(Window.Rolling(TimeSpan.FromHours(2)));
        await HoldAsync("a", rolling, Tokens(60));
        await HoldAsync("b", rolling, Tokens(40));

        Time.Advance(TimeSpan.FromHours(1));
        await SettleAsync("a", Tokens(20));
        await AssertStateAsync(rolling, 60, 0);

        Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(new SettleResult(true, false, true), await SettleAsync("b", Tokens(10)));
        await AssertStateAsync(rolling, 0, 0);
    }
}
