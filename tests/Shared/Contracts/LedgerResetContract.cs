using SafeLlm.Limits;

namespace SafeLlm.Tests.Contracts;

/// <summary>
/// An operator sets what is spent back to nothing. Who comes late corrects what a lease has charged, and a charge from before the
/// reset is not there any more: what is spent now is somebody else's.
/// </summary>
public abstract class LedgerResetContract : StoreContract
{
    private static readonly TimeSpan Length = TimeSpan.FromDays(7);

    public static TheoryData<string> Windows => ["week", "rolling"];

    /// <summary>Opens an operator's hand on the stores of this test.</summary>
    protected abstract IStoreOperator Operate(TimeProvider time);

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Settle_LateOfAChargeBeforeTheReset_GivesNothingBack(string window)
    {
        var limit = Of(window);
        await ChargeByLeaseAsync("a", limit, 100);
        Assert.Equal(100, await ResetAsync(limit));
        await SpendAsync("b", limit, Tokens(80));

        Assert.Equal(new SettleResult(true, false, true), await SettleAsync("a", Tokens(30)));

        await AssertStateAsync(limit, 80, 0);
        await DeniedAsync("c", limit, Tokens(85));
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Release_LateOfAChargeBeforeTheReset_GivesNothingBack(string window)
    {
        var limit = Of(window);
        await ChargeByLeaseAsync("a", limit, 100);
        await ResetAsync(limit);
        await SpendAsync("b", limit, Tokens(80));

        Assert.True(await Ledger.ReleaseAsync("a", Cancellation));

        await AssertStateAsync(limit, 80, 0);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Settle_LateAboveAChargeBeforeTheReset_ChargesTheExcessOnly(string window)
    {
        var limit = Of(window);
        await ChargeByLeaseAsync("a", limit, 60);
        await ResetAsync(limit);

        Assert.Equal(new SettleResult(true, true, true), await SettleAsync("a", Tokens(75)));

        await AssertStateAsync(limit, 15, 0);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Settle_LateOfAHoldThatWasOpenAtTheReset_CorrectsWhatItsLeaseChargedSince(string window)
    {
        var limit = Of(window);
        await HoldAsync("a", limit, Tokens(60));
        Assert.Equal(0, await ResetAsync(limit));
        await AssertStateAsync(limit, 0, 60);
        Time.Advance(Lease);
        await AssertStateAsync(limit, 60, 0);

        await SettleAsync("a", Tokens(25));

        await AssertStateAsync(limit, 25, 0);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Settle_LateOfAChargeAfterTheReset_CorrectsIt(string window)
    {
        var limit = Of(window);
        await ChargeByLeaseAsync("a", limit, 100);
        await ResetAsync(limit);
        await ChargeByLeaseAsync("b", limit, 60);

        await SettleAsync("b", Tokens(25));

        await AssertStateAsync(limit, 25, 0);
    }

    [Fact]
    public async Task Settle_LateOfAChargeInAnotherRunThanTheReset_CorrectsIt()
    {
        var day = Limit.Tokens(100).PerDay();
        SetTime(new DateTimeOffset(2027, 6, 16, 23, 50, 0, TimeSpan.Zero));
        await ChargeByLeaseAsync("a", day, 60);
        SetTime(new DateTimeOffset(2027, 6, 17, 0, 1, 0, TimeSpan.Zero));
        await SpendAsync("b", day, Tokens(40));
        Assert.Equal(40, await ResetAsync(day));

        await SettleAsync("a", Tokens(25));

        await AssertStateAsync(day, 0, 0);
        SetTime(new DateTimeOffset(2027, 6, 16, 23, 59, 0, TimeSpan.Zero));
        await AssertStateAsync(day, 25, 0);
    }

    [Fact]
    public async Task Reset_OfOneLimit_LeavesTheCorrectionsOfOthers()
    {
        var (tokens, other) = (Of("week"), Limit.Tokens(100).PerWeek().For("user:42"));
        await HoldAsync("a", [tokens, other], Tokens(60));
        Time.Advance(Lease);
        Assert.Equal(60, await ResetAsync(tokens));

        await SettleAsync("a", Tokens(25));

        await AssertStateAsync(tokens, 0, 0);
        await AssertStateAsync(other, 25, 0);
    }

    private static Limit Of(string window) => window == "week" ? Limit.Tokens(100).PerWeek() : Limit.Tokens(100).Per(Window.Rolling(Length));

    private async Task ChargeByLeaseAsync(string id, Limit limit, long tokens)
    {
        await HoldAsync(id, limit, Tokens(tokens));
        Time.Advance(Lease);
        await AssertStateAsync(limit, tokens, 0);
    }

    private async Task<long?> ResetAsync(Limit limit)
    {
        using var change = Operate(Time);
        return await change.ResetAsync(limit, Cancellation);
    }
}
