using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Tests.Contracts;

/// <summary>What fits is taken at every limit, what does not is taken at none, and a denial says why.</summary>
public abstract class LedgerHoldContract : StoreContract
{
    private static readonly Limit[] FiveScopes =
    [
        Limit.Tokens(100).PerDay().For("user:42"),
        Limit.Tokens(200).PerHour().For("key:k1"),
        Limit.Tokens(300).PerMonth().For("tier:free"),
        Limit.Tokens(400).PerWeek().For("network:203.0.113.0/24"),
        Limit.Tokens(500).PerMinute(),
    ];

    [Fact]
    public async Task Hold_WithRoomEverywhere_IsTakenAtEveryLimit()
    {
        var hold = await HoldAsync("a", FiveScopes, Tokens(60, 40));

        Assert.Equal(("a", Tokens(60, 40), Start, Start + Lease), (hold.Id, hold.Amounts, hold.TakenAt, hold.LeaseEnds));
        Assert.All(await Ledger.ReadAsync(FiveScopes, Cancellation), state => Assert.Equal((0, 100), (state.Spent, state.Held)));
        Assert.Equal(1, await Ledger.CountHoldsAsync(Cancellation));
    }

    [Fact]
    public async Task Hold_WithoutRoomAtOneLimit_IsTakenAtNone()
    {
        await HoldAsync("full", FiveScopes[3], Tokens(350));

        var result = await Ledger.HoldAsync(new HoldRequest("a", FiveScopes, Tokens(51), Lease), Cancellation);

        Assert.Equal(HoldOutcome.Denied, result.Outcome);
        Assert.Equal(FiveScopes[3], Assert.Single(result.Denials).Limit);
        Assert.Equal([0, 0, 0, 350, 0], (await Ledger.ReadAsync(FiveScopes, Cancellation)).Select(state => state.Held));
        Assert.Equal(1, await Ledger.CountHoldsAsync(Cancellation));
    }

    [Fact]
    public async Task Hold_WithoutRoomAtSeveralLimits_IsToldAllOfThem()
    {
        await SpendAsync("spent", FiveScopes[0], Tokens(70));
        await HoldAsync("held", [FiveScopes[0], FiveScopes[1]], Tokens(20));

        var result = await Ledger.HoldAsync(new HoldRequest("a", FiveScopes, Tokens(250), Lease), Cancellation);

        Assert.Equal(
            [(FiveScopes[0], 250, 70, 20, 10), (FiveScopes[1], 250, 0, 20, 180)],
            result.Denials.Select(denial => (denial.Limit, denial.Asked, denial.Spent, denial.Held, denial.Free)));
    }

    [Fact]
    public async Task Hold_OfExactlyTheRest_IsTakenAndNothingMoreFits()
    {
        await HoldAsync("a", Limit.Tokens(100).PerDay(), Tokens(99));
        await HoldAsync("b", Limit.Tokens(100).PerDay(), Tokens(1));

        Assert.Equal(0, (await DeniedAsync("c", Limit.Tokens(100).PerDay(), Tokens(1))).Free);
        await HoldAsync("nothing", Limit.Tokens(100).PerDay(), Tokens(0));
    }

    [Fact]
    public async Task Hold_OfMoreThanTheCap_IsToldThatItNeverFits() =>
        Assert.Null((await DeniedAsync("a", Limit.Tokens(100).PerDay(), Tokens(101))).RoomAt);

    [Fact]
    public async Task Hold_AtACapOfZero_FitsOnlyNothing()
    {
        Assert.Null((await DeniedAsync("a", Limit.Tokens(0).PerDay(), Tokens(1))).RoomAt);
        await HoldAsync("b", Limit.Tokens(0).PerDay(), Tokens(0));
    }

    [Fact]
    public async Task Hold_OfAbsurdAmounts_IsDeniedAndNotOverflowed()
    {
        var denial = await DeniedAsync("a", Limit.Tokens(1L << 53).PerDay(), new Amounts(long.MaxValue, long.MaxValue, new NanoUsd(long.MaxValue)));

        Assert.Equal((long.MaxValue, 1L << 53), (denial.Asked, denial.Free));
    }

    [Fact]
    public async Task Hold_InEveryDimension_CountsEachByItself()
    {
        Limit[] limits =
        [
            Limit.Requests(10).PerDay(), Limit.Tokens(1_000).PerDay(), Limit.InputTokens(1_000).PerDay(),
            Limit.OutputTokens(1_000).PerDay(), Limit.Dollars(1m).PerDay(), Limit.ConcurrentCalls(10),
        ];

        await HoldAsync("a", limits, new Amounts(100, 20, NanoUsd.FromDollars(0.25m), 2));
        Assert.Equal([2, 120, 100, 20, 250_000_000, 1], (await Ledger.ReadAsync(limits, Cancellation)).Select(state => state.Held));

        await SettleAsync("a", new Amounts(90, 10, NanoUsd.FromDollars(0.125m)));
        var states = await Ledger.ReadAsync(limits, Cancellation);
        Assert.Equal([1, 100, 90, 10, 125_000_000, 0], states.Select(state => state.Spent));
        Assert.All(states, state => Assert.Equal(0, state.Held));
    }

    [Fact]
    public async Task Hold_OfConcurrentCalls_CountsWhatIsOpen()
    {
        var two = Limit.ConcurrentCalls(2);
        await HoldAsync("a", two, Tokens(5));
        await HoldAsync("b", two, Tokens(5));

        var denial = await DeniedAsync("c", two, Tokens(5));
        Assert.Equal((1, 0, 2, null), (denial.Asked, denial.Spent, denial.Held, denial.RoomAt));

        await SettleAsync("a", Tokens(5));
        await HoldAsync("c", two, Tokens(5));
    }

    [Fact]
    public async Task Hold_OfAnyNumberOfTasksAtAnUnseenScope_AdmitsExactlyTheCap()
    {
        var limits = new[] { Limit.Requests(10).PerDay().For("user:new"), Limit.Tokens(10_000).PerHour().For("key:new") };

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(
            async () => (await Ledger.HoldAsync(new HoldRequest($"race{i}", limits, Tokens(100), Lease), Cancellation)).Outcome, Cancellation)));

        Assert.Equal(10, outcomes.Count(outcome => outcome == HoldOutcome.Held));
        Assert.Equal(30, outcomes.Count(outcome => outcome == HoldOutcome.Denied));
        await AssertStateAsync(limits[1], 0, 1_000);
    }

    [Fact]
    public async Task Hold_AtScopesThatOnlyLookAlike_CountsThemApart()
    {
        string[] scopes = ["user:a", "user:A", "user:ä", "user:a\u0308", "user:a ", "user:a|b", "user:'\"%_\\", "user:\ud83d\ude00", "dollars|day@UTC|app"];
        foreach (var (i, scope) in scopes.Index())
        {
            await HoldAsync($"h{i}", Limit.Tokens(1_000).PerDay().For(scope), Tokens(i + 1));
        }

        var states = await Ledger.ReadAsync([.. scopes.Select(scope => Limit.Tokens(1_000).PerDay().For(scope))], Cancellation);
        Assert.Equal(Enumerable.Range(1, scopes.Length).Select(i => (long)i), states.Select(state => state.Held));
    }

    [Fact]
    public async Task Hold_AtTheSameScopeInOtherWindows_CountsThemApart()
    {
        Limit[] limits = [Limit.Tokens(100).PerHour(), Limit.Tokens(100).Per(Window.Calendar(CalendarUnit.Hour)), Limit.Tokens(100).PerDay(), Limit.Tokens(100).PerDay(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"))];
        for (var i = 0; i < limits.Length; i++) await HoldAsync($"h{i}", limits[i], Tokens(i + 1));

        Assert.Equal([1, 2, 3, 4], (await Ledger.ReadAsync(limits, Cancellation)).Select(state => state.Held));
    }

    [Fact]
    public async Task Hold_AtManyLimits_IsTakenAtAllOfThem()
    {
        var limits = Enumerable.Range(0, 256).Select(i => Limit.Tokens(10).PerDay().For($"scope:{i}")).ToArray();

        await HoldAsync("a", limits, Tokens(10));

        Assert.All(await Ledger.ReadAsync(limits, Cancellation), state => Assert.Equal(0, state.Free));
    }

    [Fact]
    public async Task Hold_WithoutLimits_IsTaken()
    {
        await HoldAsync("a", [], Tokens(10));

        Assert.Equal(1, await Ledger.CountHoldsAsync(Cancellation));
        Assert.True((await SettleAsync("a", Tokens(1))).Found);
    }

    [Fact]
    public async Task Cap_LoweredBelowWhatIsUsed_AdmitsNothingUntilUsageIsBelow()
    {
        await HoldAsync("a", Limit.Tokens(100).PerDay(), Tokens(50));
        await SpendAsync("b", Limit.Tokens(100).PerDay(), Tokens(30));
        var lowered = Limit.Tokens(100).PerDay().WithCap(60);

        var denial = await DeniedAsync("c", lowered, Tokens(1));
        Assert.Equal((30, 50, 0), (denial.Spent, denial.Held, denial.Free));
        Assert.Equal(0, (await StateAsync(lowered)).Free);
        Assert.Equal(HoldOutcome.Denied, (await TryHoldAsync("nothing", lowered, Tokens(0))).Outcome);

        await SettleAsync("a", Tokens(10));
        await HoldAsync("c", lowered, Tokens(20));
    }

    [Fact]
    public async Task Cap_Raised_AdmitsAtOnce()
    {
        await HoldAsync("a", Limit.Tokens(100).PerDay(), Tokens(100));

        await HoldAsync("b", Limit.Tokens(100).PerDay().WithCap(150), Tokens(50));
        await DeniedAsync("c", Limit.Tokens(100).PerDay().WithCap(150), Tokens(1));
    }

    [Fact]
    public async Task Read_OfLimitsThatNobodyUsed_IsAllFree()
    {
        var states = await Ledger.ReadAsync([Limit.Tokens(100).PerDay(), Limit.Tokens(100).PerHour(), Limit.ConcurrentCalls(3)], Cancellation);

        Assert.Equal([(0, 0, 100), (0, 0, 100), (0, 0, 3)], states.Select(state => (state.Spent, state.Held, state.Free)));
        Assert.Equal([new DateTimeOffset(2027, 6, 17, 0, 0, 0, TimeSpan.Zero), null, null], states.Select(state => state.ResetsAt));
        Assert.All(states, state => Assert.Null(state.RoomAt));
        Assert.Empty(await Ledger.ReadAsync([], Cancellation));
    }

    [Fact]
    public async Task Hold_WithACancelledToken_HoldsNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Ledger.HoldAsync(new HoldRequest("a", [Ample], Tokens(1), Lease), new CancellationToken(true)));

        Assert.Equal(0, await Ledger.CountHoldsAsync(Cancellation));
        await AssertStateAsync(Ample, 0, 0);
    }

    [Fact]
    public async Task Request_OutOfItsRange_IsRefusedBeforeAnythingIsHeld()
    {
        Limit[] one = [Ample];
        HoldRequest[] wrong =
        [
            new("", one, Tokens(1), Lease),
            new(new string('x', 513), one, Tokens(1), Lease),
            new("a", [Ample, Ample.WithCap(5)], Tokens(1), Lease),
            new("a", [.. Enumerable.Range(0, 257).Select(i => Ample.For($"s{i}"))], Tokens(1), Lease),
            new("a", [null!], Tokens(1), Lease),
            new("a", one, Tokens(-1), Lease),
            new("a", one, Tokens(1), TimeSpan.Zero),
            new("a", one, Tokens(1), TimeSpan.FromHours(25)),
            new("a", one, Tokens(1), Lease) { OnLeaseEnd = (LeaseEnd)7 },
        ];

        Assert.All(wrong, request => Assert.ThrowsAny<ArgumentException>(() => Ledger.HoldAsync(request, Cancellation).AsTask().GetAwaiter().GetResult()));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await SettleAsync("", Tokens(1)));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await SettleAsync("a", Tokens(-1)));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Ledger.ReleaseAsync("", Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Ledger.ExtendAsync("a", TimeSpan.FromHours(25), Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Ledger.ReadAsync([null!], Cancellation));
        Assert.Equal(0, await Ledger.CountHoldsAsync(Cancellation));
    }
}
