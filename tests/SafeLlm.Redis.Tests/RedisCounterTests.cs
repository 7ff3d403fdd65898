using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;
using StackExchange.Redis;

namespace SafeLlm.Redis.Tests;

/// <summary>What the script keeps beside what is held and spent: resets, caps under an operator's, runs of a calendar window, counts of nonces.</summary>
public sealed class RedisCounterTests : IDisposable
{
    private static readonly Limit Day = Limit.Tokens(100).PerDay().For("user:u1");

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2027, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly RedisStoreOptions options;
    private readonly SafeLlmStores stores;
    private readonly RedisStoreOperator change;

    public RedisCounterTests(TestServer server)
    {
        options = server.Options(time);
        stores = RedisStores.Open(options, time);
        change = new RedisStoreOperator(options, time, "somebody");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        change.Dispose();
        stores.Dispose();
    }

    public static TheoryData<Limit> Windows => [Day, Limit.Tokens(100).Per(Window.Rolling(TimeSpan.FromDays(1))).For("user:u1")];

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Settle_AfterAReset_TakesNothingOffWhatOthersSpent(Limit limit)
    {
        await HoldAsync("late", limit, 100);
        await HoldAsync("other", limit.For("user:u2"), 100);
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(100, await change.ResetAsync(limit, Cancellation));
        await HoldAsync("next", limit, 80);
        await stores.Ledger.SettleAsync("next", Tokens(80), Cancellation);

        await stores.Ledger.SettleAsync("late", Tokens(30), Cancellation);
        await stores.Ledger.SettleAsync("other", Tokens(30), Cancellation);

        Assert.Equal(80, (await stores.Ledger.ReadAsync([limit], Cancellation))[0].Spent);
        Assert.Equal(30, (await stores.Ledger.ReadAsync([limit.For("user:u2")], Cancellation))[0].Spent);
    }

    [Fact]
    public async Task Settle_OfALeaseThatEndedBehindAReset_IsStillCorrected()
    {
        await HoldAsync("late", Day, 60);
        await HoldAsync("settled", Day, 10);
        await stores.Ledger.SettleAsync("settled", Tokens(10), Cancellation);
        Assert.Equal(10, await change.ResetAsync(Day, Cancellation));
        time.Advance(TimeSpan.FromMinutes(6));

        await stores.Ledger.SettleAsync("late", Tokens(30), Cancellation);

        Assert.Equal(30, (await stores.Ledger.ReadAsync([Day], Cancellation))[0].Spent);
    }

    [Fact]
    public async Task ApplicationsCap_UnderAnOperators_IsStillShown()
    {
        await change.SetCapAsync(Day.WithCap(40), Cancellation);
        await HoldAsync("a", Day, 10);
        await HoldAsync("b", Day, 10);

        var shown = Assert.Single(await change.ReadCountersAsync(Cancellation));
        Assert.Equal((40, 100, 20), (shown.Cap, shown.ApplicationCap, shown.Held));
    }

    [Fact]
    public async Task Cap_ThatIsShown_IsThatOfTheLastRun()
    {
        for (var day = 0; day < 3; day++)
        {
            await HoldAsync($"call{day}", Day.WithCap(100 + day), 10);
            await stores.Ledger.SettleAsync($"call{day}", Tokens(10), Cancellation);
            if (day < 2) time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(102, Assert.Single(await change.ReadCountersAsync(Cancellation)).Cap);
    }

    [Fact]
    public async Task Overrun_InATimeZoneThatCannotBeFound_IsSettledByWhoKnowsIt()
    {
        var hour = Limit.Tokens(100).Per(Window.Calendar(CalendarUnit.Hour, ZoneOf("HQ-" + Guid.NewGuid().ToString("N"))));
        Assert.Equal(HoldOutcome.Held, (await stores.Ledger.HoldAsync(new HoldRequest("a", [hour], Tokens(10), TimeSpan.FromHours(24)), Cancellation)).Outcome);
        time.Advance(TimeSpan.FromHours(3));

        var settled = await stores.Ledger.SettleAsync("a", Tokens(20), Cancellation);

        Assert.Equal((true, true), (settled.Found, settled.IsOverrun));
        Assert.Equal(10, (await stores.Ledger.ReadAsync([hour], Cancellation))[0].Spent);
    }

    [Fact]
    public async Task Counter_InATimeZoneThatIsNotKnownHere_IsListedAsUnreadableBesideTheOthers()
    {
        await HoldAsync("a", Day, 10);

        // A name that this process has not seen stands for the zone of another program.
        await change.SetCapAsync(Limit.Tokens(50).PerDay().For("user:u2"), Cancellation);
        await using (var multiplexer = await ConnectionMultiplexer.ConnectAsync(options.Servers!))
        {
            await multiplexer.GetDatabase().HashSetAsync($"{{{options.Ledger}}}:caps", "tokens|day@No/Such-Zone|user:u3", 7);
        }

        var counters = await change.ReadCountersAsync(Cancellation);

        Assert.Equal(["user:u1", "user:u2", "user:u3"], counters.Select(counter => counter.Scope));
        Assert.All(counters.Take(2), counter => Assert.Null(counter.Fault));
        Assert.Contains("No/Such-Zone", counters[2].Fault, StringComparison.Ordinal);
        Assert.Equal((7, "day@No/Such-Zone", true), (counters[2].Cap, counters[2].Window, counters[2].IsSetByOperator));
    }

    /// <summary>Without it no soft limit of the run is told any more, as soon as the run before is forgotten.</summary>
    [Fact]
    public async Task SoftLimits_OfARunThatAnOverrunOpened_LiveAsLongAsItDoes()
    {
        var month = Limit.Dollars(10m).PerMonth().For("user:u1");
        await stores.Ledger.HoldAsync(new HoldRequest("a", [month], new Amounts(0, 0, new NanoUsd(1_000_000_000)), TimeSpan.FromHours(20)), Cancellation);
        time.Advance(TimeSpan.FromHours(13));
        await stores.Ledger.SettleAsync("a", new Amounts(0, 0, new NanoUsd(2_000_000_000)), Cancellation);

        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(options.Servers!);
        await foreach (var key in multiplexer.GetServers()[0].KeysAsync(pattern: $"{{{options.Ledger}}}:c:*:told"))
        {
            Assert.True(await multiplexer.GetDatabase().KeyTimeToLiveAsync(key) > TimeSpan.FromDays(28));
            return;
        }

        Assert.Fail("What was told is gone.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nonces_AtTheRateTheMostIsMeantFor_AreAllTaken(bool withHolds)
    {
        const int every = 3;
        options.MaxNoncesPerKey = 360 / every;
        using var bounded = RedisStores.Open(options, time);
        for (var i = 0; i < 1800 / every; i++)
        {
            var claim = new NonceClaim("k1", $"a-nonce-number-{i:D6}", time.GetUtcNow().AddSeconds(330));
            if (withHolds) Assert.Equal(HoldOutcome.Held, (await bounded.Ledger.HoldAsync(new HoldRequest($"call{i}", [Limit.Tokens(1_000_000).PerDay()], Tokens(1), TimeSpan.FromMinutes(5)) { Nonce = claim }, Cancellation)).Outcome);
            else Assert.Equal(NonceOutcome.Claimed, await bounded.Nonces.ClaimAsync(claim, Cancellation));
            time.Advance(TimeSpan.FromSeconds(every));
        }

        // And no more than that.
        var outcomes = new List<NonceOutcome>();
        for (var i = 0; i < 20; i++) outcomes.Add(await bounded.Nonces.ClaimAsync(new NonceClaim("k1", $"another-number-{i:D6}", time.GetUtcNow().AddSeconds(330)), Cancellation));
        Assert.Equal(NonceOutcome.Full, outcomes[^1]);
        Assert.InRange(outcomes.Count(outcome => outcome == NonceOutcome.Claimed), 5, 15);
    }

    private static TimeZoneInfo ZoneOf(string id) => TimeZoneInfo.CreateCustomTimeZone(id, TimeSpan.FromHours(5.5), id, id);

    private static Amounts Tokens(long tokens) => new(tokens, 0, NanoUsd.Zero);

    private async Task HoldAsync(string id, Limit limit, long tokens) =>
        Assert.Equal(HoldOutcome.Held, (await stores.Ledger.HoldAsync(new HoldRequest(id, [limit], Tokens(tokens), TimeSpan.FromMinutes(5)), Cancellation)).Outcome);
}
