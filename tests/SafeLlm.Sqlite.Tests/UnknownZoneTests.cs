using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Tests;

/// <summary>Limits in time zones that no machine can find by name, such as those that a program makes itself, after a restart.</summary>
public sealed class UnknownZoneTests : IDisposable
{
    private readonly StoreFolder folder = new(isFast: true);
    private readonly FakeTimeProvider time = FixedTime.Of(new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero));
    private readonly string zone = "HQ-" + Guid.NewGuid().ToString("N");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Of a time zone that this process has not seen before the first look at it.
    private Limit Daily => Limit.Dollars(1m).PerDay(ZoneOf(zone));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Limit_OfAZoneThatCannotBeFound_IsEnforcedAfterARestart()
    {
        await SpendAndRestartAsync();
        using var ledger = new SqliteLedger(folder.File, time);

        // The lease is over, and whoever comes first does not know the zone yet.
        time.Advance(TimeSpan.FromMinutes(10));
        await ledger.CountHoldsAsync(Cancellation);

        Assert.Equal(HoldOutcome.Denied, (await ledger.HoldAsync(Request("b", Daily, 0.5m), Cancellation)).Outcome);
        var state = Assert.Single(await ledger.ReadAsync([Daily], Cancellation));
        Assert.Equal((Nanos(0.95m), 0), (state.Spent, state.Held));
        Assert.Equal(0, await ledger.CountHoldsAsync(Cancellation));
        using var view = new SqliteStoreReader(folder.File, time);
        var line = Assert.Single(await view.ReadJournalAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Cancellation).ToListAsync(Cancellation));
        Assert.Equal((JournalOutcome.LeaseEnded, "a"), (line.Outcome, line.Id));
    }

    [Fact]
    public async Task Lease_OfAZoneThatCannotBeFound_IsLeftOpenAndOthersAreClosed()
    {
        await SpendAndRestartAsync();
        var other = Limit.Dollars(1m).PerDay().For("user:42");
        using var ledger = new SqliteLedger(folder.File, time);
        for (var i = 0; i < 600; i++) await ledger.HoldAsync(Request("o" + i, other, 0.001m), Cancellation);

        time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(1, await ledger.CountHoldsAsync(Cancellation));
        Assert.Equal(Nanos(0.6m), Assert.Single(await ledger.ReadAsync([other], Cancellation)).Spent);

        // A day later what late settles could have corrected goes, and the one that is left is still there for who knows it.
        time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        await ledger.CountHoldsAsync(Cancellation);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await ledger.CountHoldsAsync(Cancellation));
        using var connection = StoreConnection.OpenToRead(folder.File, Schema.Steps);
        Assert.Equal(1, connection.Statement("SELECT count(*) FROM holds WHERE phase < 4").Number());
    }

    [Fact]
    public async Task Settle_OfAZoneThatIsNotKnownYet_IsRefusedAndCanBeTriedAgain()
    {
        await SpendAndRestartAsync();
        using var ledger = new SqliteLedger(folder.File, time);

        var refused = await Assert.ThrowsAsync<SqliteStoreException>(() => ledger.SettleAsync("a", Request("a", Daily, 0.02m).Amounts, Cancellation).AsTask());
        Assert.Contains(zone, refused.Message, StringComparison.Ordinal);

        Assert.Equal(Nanos(0.9m), Assert.Single(await ledger.ReadAsync([Daily], Cancellation)).Spent);
        Assert.True((await ledger.SettleAsync("a", Request("a", Daily, 0.02m).Amounts, Cancellation)).Found);
        Assert.Equal(Nanos(0.92m), Assert.Single(await ledger.ReadAsync([Daily], Cancellation)).Spent);
    }

    [Fact]
    public async Task Operator_WhoDoesNotKnowTheZone_EndsNoLeaseAndIsToldThatTheZoneIsUnknown()
    {
        await SpendAndRestartAsync();
        time.Advance(TimeSpan.FromMinutes(10));
        using (var change = new SqliteStoreOperator(folder.File, time, "tester")) await change.ResetAsync(Limit.Tokens(5).PerDay(), Cancellation);

        using var view = new SqliteStoreReader(folder.File, time);
        var state = Assert.Single(await view.ReadCountersAsync(Cancellation));
        Assert.Contains(zone, state.Fault, StringComparison.Ordinal);
        Assert.Equal(("app", Dimension.Dollars, "day@" + zone, Nanos(1m)), (state.Scope, state.Dimension, state.Window, state.Cap));
        Assert.Equal(["app"], Assert.Single(await view.ReadHoldsAsync(10, Cancellation)).Scopes);

        // The first look makes the zone known, and the next one closes the lease.
        using var ledger = new SqliteLedger(folder.File, time);
        var first = Assert.Single(await ledger.ReadAsync([Daily], Cancellation));
        Assert.Equal((Nanos(0.9m), Nanos(0.05m)), (first.Spent, first.Held));
        var second = Assert.Single(await ledger.ReadAsync([Daily], Cancellation));
        Assert.Equal((Nanos(0.95m), 0), (second.Spent, second.Held));
    }

    private static TimeZoneInfo ZoneOf(string id) => TimeZoneInfo.CreateCustomTimeZone(id, TimeSpan.FromHours(5.5), id, id);

    private static long Nanos(decimal dollars) => NanoUsd.FromDollars(dollars).Value;

    private static HoldRequest Request(string id, Limit limit, decimal dollars) =>
        new(id, [limit], new Amounts(0, 0, NanoUsd.FromDollars(dollars)), TimeSpan.FromMinutes(1));

    // $0.90 are spent and $0.05 held. A name that this process has not seen stands for the restart: it does not know the zone by it.
    private async Task SpendAndRestartAsync()
    {
        var before = "before-" + zone;
        var limit = Limit.Dollars(1m).PerDay(ZoneOf(before));
        using (var ledger = new SqliteLedger(folder.File, time))
        {
            Assert.Equal(HoldOutcome.Held, (await ledger.HoldAsync(Request("s", limit, 0.9m), Cancellation)).Outcome);
            await ledger.SettleAsync("s", Request("s", limit, 0.9m).Amounts, Cancellation);
            Assert.Equal(HoldOutcome.Held, (await ledger.HoldAsync(Request("a", limit, 0.05m), Cancellation)).Outcome);
        }

        using var connection = StoreConnection.Open(folder.File, new SqliteStoreOptions(), Schema.Steps);
        Assert.Equal(1, connection.Statement("UPDATE counters SET window = replace(window, ?, ?)").Bind(1, before).Bind(2, zone).Run());
    }
}
