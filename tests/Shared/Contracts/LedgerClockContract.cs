using SafeLlm.Limits;

namespace SafeLlm.Tests.Contracts;

/// <summary>A clock that steps back gives nobody a second budget, and one that was far ahead leaves nothing stuck.</summary>
public abstract class LedgerClockContract : StoreContract
{
    private static readonly Limit Day = Limit.Tokens(100).PerDay();
    private static readonly Limit Minute = Limit.Tokens(100).PerMinute();
    private static readonly DateTimeOffset Midnight = new(2027, 6, 17, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Calendar_WhereTheClockStepsBackOverMidnight_FindsInEachDayWhatBelongsThere()
    {
        SetTime(Midnight - TimeSpan.FromSeconds(1));
        await SpendAsync("yesterday", Day, Tokens(80));
        SetTime(Midnight + TimeSpan.FromSeconds(1));
        await SpendAsync("today", Day, Tokens(70));

        SetTime(Midnight - TimeSpan.FromSeconds(2));
        await AssertStateAsync(Day, 80, 0);
        await SpendAsync("yesterday again", Day, Tokens(15));
        await DeniedAsync("no", Day, Tokens(6));

        SetTime(Midnight + TimeSpan.FromSeconds(3));
        await AssertStateAsync(Day, 70, 0);
        await DeniedAsync("no", Day, Tokens(31));
    }

    [Fact]
    public async Task Calendar_WhereTheClockStepsBackByDaysAndReturns_FindsTodaySpent()
    {
        await SpendAsync("today", Day, Tokens(100));
        SetTime(Start - TimeSpan.FromDays(2));
        await SpendAsync("two days ago", Day, Tokens(40));
        SetTime(Start - TimeSpan.FromDays(1));
        await SpendAsync("a day ago", Day, Tokens(40));

        SetTime(Start + TimeSpan.FromMinutes(1));

        await AssertStateAsync(Day, 100, 0);
        await DeniedAsync("no", Day, Tokens(1));
    }

    [Fact]
    public async Task Calendar_WhereAHoldIsOpenAcrossAStepBack_ClosesItWhereItWasTaken()
    {
        SetTime(Midnight + TimeSpan.FromSeconds(1));
        await HoldAsync("a", Day, Tokens(60));
        SetTime(Midnight - TimeSpan.FromSeconds(1));
        await SettleAsync("a", Tokens(50));
        await AssertStateAsync(Day, 0, 0);

        SetTime(Midnight + TimeSpan.FromSeconds(2));

        await AssertStateAsync(Day, 50, 0);
    }

    [Fact]
    public async Task Rolling_WhereTheClockStepsBackWithinTheWindow_CountsWhatLiesAhead()
    {
        await SpendAsync("a", Minute, Tokens(70));
        SetTime(Start - TimeSpan.FromSeconds(30));

        await AssertStateAsync(Minute, 70, 0);
        await SpendAsync("b", Minute, Tokens(30));
        await DeniedAsync("c", Minute, Tokens(1));

        // What was taken before the step leaves by its own instant.
        SetTime(Start + TimeSpan.FromSeconds(35));
        await AssertStateAsync(Minute, 70, 0);
    }

    [Fact]
    public async Task Rolling_WhereTheClockStepsBackByMoreThanTheWindowAndReturns_FindsItSpent()
    {
        await SpendAsync("a", Minute, Tokens(100));
        SetTime(Start - TimeSpan.FromMinutes(10));
        await AssertStateAsync(Minute, 0, 0);
        await SpendAsync("b", Minute, Tokens(60));

        SetTime(Start + TimeSpan.FromSeconds(5));

        await AssertStateAsync(Minute, 100, 0);
        await DeniedAsync("c", Minute, Tokens(1));
    }

    [Fact]
    public async Task Rolling_WhereAHoldIsOpenAcrossAStepBack_ClosesItWhereItWasTaken()
    {
        await HoldAsync("a", Minute, Tokens(60));
        SetTime(Start - TimeSpan.FromSeconds(20));
        await AssertStateAsync(Minute, 0, 60);
        await SettleAsync("a", Tokens(50));
        await AssertStateAsync(Minute, 50, 0);

        SetTime(Start + TimeSpan.FromSeconds(55));
        await AssertStateAsync(Minute, 50, 0);
        SetTime(Start + TimeSpan.FromSeconds(63));
        await AssertStateAsync(Minute, 0, 0);
    }

    [Fact]
    public async Task Lease_WhereTheClockStepsBack_EndsAtItsInstant()
    {
        await HoldAsync("a", Day, Tokens(60));
        SetTime(Start - TimeSpan.FromHours(1));
        Assert.Equal(1, await Ledger.CountHoldsAsync(Cancellation));

        SetTime(Start + Lease);

        Assert.Equal(0, await Ledger.CountHoldsAsync(Cancellation));
        await AssertStateAsync(Day, 60, 0);
    }

    [Fact]
    public async Task Ledger_AfterAClockThatWasYearsAhead_GoesOnAsIfItHadNot()
    {
        await SpendAsync("before", Day, Tokens(30));
        SetTime(Start.AddYears(10));
        await HoldAsync("ahead", [Day, Minute, Limit.ConcurrentCalls(1)], Tokens(100));
        SetTime(Start + TimeSpan.FromMinutes(1));

        Assert.Equal(HoldOutcome.Held, (await TryHoldAsync("after", Day, Tokens(60))).Outcome);
        await SettleAsync("after", Tokens(60));

        // No lease is longer than a day, so nothing that was taken may stay open for years.
        SetTime(Start + TimeSpan.FromHours(49));
        Assert.Equal(0, await Ledger.CountHoldsAsync(Cancellation));
        await HoldAsync("later", [Day, Minute, Limit.ConcurrentCalls(1)], Tokens(100));
    }
}
