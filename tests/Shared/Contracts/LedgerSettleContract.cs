using SafeLlm.Limits;

namespace SafeLlm.Tests.Contracts;

/// <summary>What a hold becomes, at which instant it counts, and that saying so twice changes nothing.</summary>
public abstract class LedgerSettleContract : StoreContract
{
    private static readonly Limit Day = Limit.Tokens(100).PerDay();
    private static readonly Limit Hour = Limit.Tokens(100).PerHour();

    [Fact]
    public async Task Settle_BelowTheHold_GivesTheRestBackAtOnce()
    {
        await HoldAsync("a", Day, Tokens(100));

        Assert.Equal(new SettleResult(true, false, false), await SettleAsync("a", Tokens(30)));

        await AssertStateAsync(Day, 30, 0);
        await HoldAsync("b", Day, Tokens(70));
        Assert.Equal(1, await Ledger.CountHoldsAsync(Cancellation));
    }

    [Fact]
    public async Task Settle_AboveTheHold_IsRecordedInFullAndFlagged()
    {
        await HoldAsync("a", Day, Tokens(90));

        Assert.Equal(new SettleResult(true, true, false), await SettleAsync("a", Tokens(150)));

        await AssertStateAsync(Day, 150, 0);
        Assert.Equal(0, (await StateAsync(Day)).Free);
        await DeniedAsync("b", Day, Tokens(1));
    }

    [Fact]
    public async Task Settle_AboveTheHoldInOneDimension_GivesTheOthersBack()
    {
        Limit[] limits = [Limit.InputTokens(100).PerDay(), Limit.OutputTokens(100).PerDay()];
        await HoldAsync("a", limits, Tokens(50, 50));

        Assert.True((await SettleAsync("a", Tokens(10, 60))).IsOverrun);

        Assert.Equal([10, 60], (await Ledger.ReadAsync(limits, Cancellation)).Select(state => state.Spent));
    }

    [Fact]
    public async Task Release_GivesEverythingBack()
    {
        await HoldAsync("a", [Day, Hour, Limit.Requests(1).PerDay(), Limit.ConcurrentCalls(1)], Tokens(100));

        Assert.True(await Ledger.ReleaseAsync("a", Cancellation));

        await HoldAsync("b", [Day, Hour, Limit.Requests(1).PerDay(), Limit.ConcurrentCalls(1)], Tokens(100));
    }

    [Fact]
    public async Task Amount_OfACalendarWindow_BelongsToTheInstantOfItsHold()
    {
        SetTime(new DateTimeOffset(2027, 6, 16, 23, 59, 0, TimeSpan.Zero));
        await HoldAsync("a", [Day, Limit.ConcurrentCalls(5)], Tokens(80));

        SetTime(new DateTimeOffset(2027, 6, 17, 0, 1, 0, TimeSpan.Zero));
        await AssertStateAsync(Day, 0, 0);
        await AssertStateAsync(Limit.ConcurrentCalls(5), 0, 1);

        Assert.False((await SettleAsync("a", Tokens(70))).IsOverrun);
        await AssertStateAsync(Day, 0, 0);
        await AssertStateAsync(Limit.ConcurrentCalls(5), 0, 0);
    }

    [Fact]
    public async Task Overrun_BelongsToTheInstantOfItsSettle()
    {
        SetTime(new DateTimeOffset(2027, 6, 16, 23, 59, 0, TimeSpan.Zero));
        await HoldAsync("a", Day, Tokens(80));

        SetTime(new DateTimeOffset(2027, 6, 17, 0, 1, 0, TimeSpan.Zero));
        Assert.True((await SettleAsync("a", Tokens(95))).IsOverrun);

        await AssertStateAsync(Day, 15, 0);
    }

    [Fact]
    public async Task Hold_InARollingWindow_CountsUntilItIsClosed()
    {
        await HoldAsync("a", Hour, Tokens(80), TimeSpan.FromHours(5));

        Time.Advance(TimeSpan.FromHours(3));
        await AssertStateAsync(Hour, 0, 80);
        var denial = await DeniedAsync("b", Hour, Tokens(30));
        Assert.Null(denial.RoomAt);

        await SettleAsync("a", Tokens(80));
        await AssertStateAsync(Hour, 0, 0);
    }

    [Fact]
    public async Task Amount_OfARollingWindow_LeavesAWindowAfterItsHold()
    {
        await HoldAsync("a", Hour, Tokens(80));
        Time.Advance(TimeSpan.FromMinutes(4));
        await SettleAsync("a", Tokens(80));

        Time.Advance(TimeSpan.FromMinutes(55));
        await AssertStateAsync(Hour, 80, 0);
        Time.Advance(TimeSpan.FromMinutes(3));
        await AssertStateAsync(Hour, 0, 0);
    }

    [Fact]
    public async Task Hold_Repeated_IsTheSameHold()
    {
        var first = await HoldAsync("a", Day, Tokens(80));
        Time.Advance(TimeSpan.FromMinutes(1));

        var second = await HoldAsync("a", Day, Tokens(80));

        Assert.Equal(first, second);
        await AssertStateAsync(Day, 0, 80);
        Assert.Equal(1, await Ledger.CountHoldsAsync(Cancellation));
    }

    [Fact]
    public async Task Hold_RepeatedByManyTasks_IsOneHold()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => TryHoldAsync("a", Day, Tokens(80)), Cancellation)));

        Assert.All(results, result => Assert.Equal(HoldOutcome.Held, result.Outcome));
        await AssertStateAsync(Day, 0, 80);
    }

    [Fact]
    public async Task Hold_AfterItsDenial_IsAskedAnew()
    {
        await HoldAsync("full", Day, Tokens(100));
        await DeniedAsync("a", Day, Tokens(50));
        await Ledger.ReleaseAsync("full", Cancellation);

        await HoldAsync("a", Day, Tokens(50));
    }

    [Theory]
    [InlineData("settled")]
    [InlineData("released")]
    [InlineData("lease ended")]
    public async Task Hold_OfAnIdThatIsClosed_HoldsNothing(string how)
    {
        await HoldAsync("a", Day, Tokens(50));
        if (how == "settled") await SettleAsync("a", Tokens(50));
        else if (how == "released") await Ledger.ReleaseAsync("a", Cancellation);
        else Time.Advance(Lease);

        foreach (var later in new[] { TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromHours(22) })
        {
            Time.Advance(later);
            Assert.Equal(HoldOutcome.Closed, (await TryHoldAsync("a", Day, Tokens(10))).Outcome);
            Assert.Equal(0, await Ledger.CountHoldsAsync(Cancellation));
        }
    }

    [Fact]
    public async Task Settle_Repeated_AnswersTheSameAndChangesNothing()
    {
        await HoldAsync("a", Day, Tokens(50));
        var first = await SettleAsync("a", Tokens(60));

        var second = await SettleAsync("a", Tokens(60));
        var other = await SettleAsync("a", Tokens(5));

        Assert.Equal(new SettleResult(true, true, false), first);
        Assert.Equal(first, second);
        Assert.Equal(first, other);
        await AssertStateAsync(Day, 60, 0);
    }

    [Fact]
    public async Task Release_Repeated_AnswersTheSameAndChangesNothing()
    {
        await HoldAsync("a", Day, Tokens(50));
        await HoldAsync("b", Day, Tokens(20));

        Assert.True(await Ledger.ReleaseAsync("a", Cancellation));
        Assert.True(await Ledger.ReleaseAsync("a", Cancellation));

        await AssertStateAsync(Day, 0, 20);
    }

    [Fact]
    public async Task Close_ByTheOtherMeansAfterwards_ChangesNothing()
    {
        await HoldAsync("settled", Day, Tokens(30));
        await HoldAsync("released", Day, Tokens(30));
        await SettleAsync("settled", Tokens(25));
        await Ledger.ReleaseAsync("released", Cancellation);

        Assert.False(await Ledger.ReleaseAsync("settled", Cancellation));
        Assert.False((await SettleAsync("released", Tokens(30))).Found);

        await AssertStateAsync(Day, 25, 0);
    }

    [Fact]
    public async Task Close_OfAnIdThatWasNeverHeld_IsNotFound()
    {
        Assert.Equal(default, await SettleAsync("never", Tokens(10)));
        Assert.False(await Ledger.ReleaseAsync("never", Cancellation));
        Assert.False(await Ledger.ExtendAsync("never", Lease, Cancellation));
        await AssertStateAsync(Day, 0, 0);
    }

    [Fact]
    public async Task Settle_ByManyTasks_ChargesOnce()
    {
        await HoldAsync("a", Day, Tokens(50));

        var results = await Task.WhenAll(Enumerable.Range(1, 16).Select(i => Task.Run(() => SettleAsync("a", Tokens(i)), Cancellation)));

        Assert.All(results, result => Assert.True(result.Found));
        Assert.InRange((await StateAsync(Day)).Spent, 1, 16);
        Assert.Equal(0, (await StateAsync(Day)).Held);
    }
}
