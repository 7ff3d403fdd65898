using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Tests.Contracts;

/// <summary>
/// What every kind of store must do, whatever it keeps things in. A store's tests inherit each contract and say how its
/// stores are opened; time is the test's, so a store that has a clock of its own takes this one in its tests.
/// </summary>
public abstract class StoreContract : IAsyncLifetime
{
    private SafeLlmStores? stores;

    /// <summary>A Wednesday, some hours after midnight in every zone that the contracts use.</summary>
    protected static DateTimeOffset Start { get; } = new(2027, 6, 16, 12, 0, 0, TimeSpan.Zero);

    protected static TimeSpan Lease { get; } = TimeSpan.FromMinutes(5);

    protected FakeTimeProvider Time { get; } = new(Start);

    protected SafeLlmStores Stores => stores!;

    protected ILedger Ledger => Stores.Ledger;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => stores = await OpenAsync(Time);

    public async ValueTask DisposeAsync()
    {
        stores?.Dispose();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens new and empty stores on a clock.</summary>
    protected abstract ValueTask<SafeLlmStores> OpenAsync(TimeProvider time);

    /// <summary>Removes what the stores left, once they are disposed.</summary>
    protected virtual ValueTask CleanUpAsync() => ValueTask.CompletedTask;

    protected static Amounts Tokens(long input, long output = 0) => new(input, output, NanoUsd.Zero);

    protected static Amounts Dollars(decimal dollars) => new(0, 0, NanoUsd.FromDollars(dollars));

    /// <summary>A limit that is far from full, for tests that are about something else.</summary>
    protected static Limit Ample { get; } = Limit.Tokens(1_000_000).PerDay();

    protected async Task<HoldResult> TryHoldAsync(string id, Limit limit, Amounts amounts) =>
        await Ledger.HoldAsync(new HoldRequest(id, [limit], amounts, Lease), Cancellation);

    /// <summary>Takes a hold that must fit.</summary>
    protected async Task<Hold> HoldAsync(string id, Limit limit, Amounts amounts, TimeSpan? lease = null, LeaseEnd onLeaseEnd = LeaseEnd.Charge) =>
        await HoldAsync(id, [limit], amounts, lease, onLeaseEnd);

    protected async Task<Hold> HoldAsync(string id, Limit[] limits, Amounts amounts, TimeSpan? lease = null, LeaseEnd onLeaseEnd = LeaseEnd.Charge)
    {
        var result = await Ledger.HoldAsync(new HoldRequest(id, limits, amounts, lease ?? Lease) { OnLeaseEnd = onLeaseEnd }, Cancellation);
        Assert.Equal(HoldOutcome.Held, result.Outcome);
        Assert.Empty(result.Denials);
        return result.Hold!;
    }

    /// <summary>Asks for a hold that must not fit at one limit.</summary>
    protected async Task<LimitDenial> DeniedAsync(string id, Limit limit, Amounts amounts)
    {
        var result = await TryHoldAsync(id, limit, amounts);
        Assert.Equal(HoldOutcome.Denied, result.Outcome);
        Assert.Null(result.Hold);
        return Assert.Single(result.Denials);
    }

    protected async Task<SettleResult> SettleAsync(string id, Amounts actual) => await Ledger.SettleAsync(id, actual, Cancellation);

    /// <summary>Holds and settles at once.</summary>
    protected async Task<SettleResult> SpendAsync(string id, Limit limit, Amounts amounts)
    {
        await HoldAsync(id, limit, amounts);
        return await SettleAsync(id, amounts);
    }

    protected async Task<LimitState> StateAsync(Limit limit) => Assert.Single(await Ledger.ReadAsync([limit], Cancellation));

    protected async Task AssertStateAsync(Limit limit, long spent, long held)
    {
        var state = await StateAsync(limit);
        Assert.Equal((spent, held), (state.Spent, state.Held));
    }

    /// <summary>Sets the clock, forwards or back.</summary>
    protected void SetTime(DateTimeOffset instant)
    {
        if (instant < Time.GetUtcNow()) Time.AdjustTime(instant);
        else Time.SetUtcNow(instant);
    }
}
