using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Redis.Tests;

/// <summary>What an operator sees and changes while applications use the ledger.</summary>
public sealed class RedisStoreOperatorTests(TestServer server) : IDisposable
{
    private static readonly Limit Day = Limit.Tokens(100).PerDay().For("user:<script>");
    private static readonly Limit Minute = Limit.Requests(5).PerMinute();
    private readonly RedisStoreOptions options = server.Options();
    private SafeLlmStores? stores;
    private RedisStoreOperator? change;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SafeLlmStores Stores => stores ??= RedisStores.Open(options, TimeProvider.System);

    private RedisStoreOperator Operator => change ??= new RedisStoreOperator(options, TimeProvider.System, "somebody");

    [Fact]
    public async Task Counters_AreShown_WithCapSpentAndHeld()
    {
        await HoldAsync("a", 30);
        await HoldAsync("b", 20);
        await Stores.Ledger.SettleAsync("a", Tokens(25), Cancellation);

        var counters = await Operator.ReadCountersAsync(Cancellation);

        Assert.Equal(2, counters.Count);
        Assert.Equal(("app", 2L, 5L), (counters[0].Scope, counters[0].Spent + counters[0].Held, counters[0].Cap));
        Assert.Equal((Day.Scope, "day@UTC", 100L, 25L, 20L, 55L), (counters[1].Scope, counters[1].Window, counters[1].Cap, counters[1].Spent, counters[1].Held, counters[1].Free));
        Assert.NotNull(counters[1].ResetsAt);
    }

    [Fact]
    public async Task Cap_OfAnOperator_CountsInsteadOfTheApplications()
    {
        await HoldAsync("a", 30);
        await Operator.SetCapAsync(Day.WithCap(40), Cancellation);

        var denied = await Stores.Ledger.HoldAsync(Request("b", 20), Cancellation);
        Assert.Equal(HoldOutcome.Denied, denied.Outcome);
        Assert.Equal(40, Assert.Single(denied.Denials).Limit.Cap);
        var shown = (await Operator.ReadCountersAsync(Cancellation)).Single(counter => counter.Scope == Day.Scope);
        Assert.Equal((40, true, 100), (shown.Cap, shown.IsSetByOperator, shown.ApplicationCap));

        Assert.True(await Operator.ClearCapAsync(Day, Cancellation));
        Assert.False(await Operator.ClearCapAsync(Day, Cancellation));
        Assert.Equal(HoldOutcome.Held, (await Stores.Ledger.HoldAsync(Request("c", 20), Cancellation)).Outcome);
    }

    [Fact]
    public async Task Reset_ForgetsWhatIsSpentAndKeepsWhatIsHeld()
    {
        await HoldAsync("a", 60);
        await Stores.Ledger.SettleAsync("a", Tokens(60), Cancellation);
        await HoldAsync("b", 30);

        Assert.Equal(60, await Operator.ResetAsync(Day, Cancellation));
        Assert.Equal(1, await Operator.ResetAsync(Minute, Cancellation));
        Assert.Null(await Operator.ResetAsync(Day.For("nobody"), Cancellation));

        var state = (await Stores.Ledger.ReadAsync([Day], Cancellation))[0];
        Assert.Equal((0, 30), (state.Spent, state.Held));
    }

    [Fact]
    public async Task Holds_AreShown_WithTheirScopes()
    {
        await HoldAsync("a", 30);

        var hold = Assert.Single(await Operator.ReadHoldsAsync(10, Cancellation));
        Assert.Equal(("a", Tokens(30), LeaseEnd.Charge), (hold.Hold.Id, hold.Hold.Amounts, hold.OnLeaseEnd));
        Assert.Equal([Day.Scope, "app"], hold.Scopes);
    }

    [Fact]
    public async Task Changes_AreLinesOfTheJournal()
    {
        await HoldAsync("a", 60);
        await Operator.SetCapAsync(Day.WithCap(40), Cancellation);
        await Operator.ResetAsync(Day, Cancellation);

        var lines = await Operator.Journal.ReadAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Cancellation).ToListAsync(Cancellation);
        Assert.All(lines, line => Assert.Equal((JournalOutcome.OperatorAction, "somebody"), (line.Outcome, line.Operator)));
        Assert.Equal(["budget set", "budget reset"], lines.Select(line => string.Join(' ', line.Action!.Split(' ')[..2])));
    }

    [Fact]
    public async Task Changes_OfAmounts_AreTold()
    {
        var dollars = Limit.Dollars(10m).PerDay();
        await Stores.Ledger.HoldAsync(new HoldRequest("a", [dollars], new Amounts(0, 0, NanoUsd.FromDollars(1.75m)), TimeSpan.FromMinutes(5)), Cancellation);
        await Stores.Ledger.SettleAsync("a", new Amounts(0, 0, NanoUsd.FromDollars(1.75m)), Cancellation);

        await Operator.SetCapAsync(dollars.WithCap(NanoUsd.FromDollars(20m).Value), Cancellation);
        Assert.True(await Operator.ClearCapAsync(dollars, Cancellation));
        Assert.False(await Operator.ClearCapAsync(dollars, Cancellation));
        Assert.Equal(NanoUsd.FromDollars(1.75m).Value, await Operator.ResetAsync(dollars, Cancellation));
        Assert.Null(await Operator.ResetAsync(dollars.For("nobody"), Cancellation));

        var lines = await Operator.Journal.ReadAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(
            ["budget set dollars|day@UTC|app $20.00", "budget clear dollars|day@UTC|app", "budget reset dollars|day@UTC|app, $1.75 spent"],
            lines.Select(line => line.Action));
    }

    [Fact]
    public async Task Changes_WhoseLineCannotBeWritten_AreNotMade()
    {
        await HoldAsync("a", 60);
        await Stores.Ledger.SettleAsync("a", Tokens(60), Cancellation);
        await Operator.SetCapAsync(Minute.WithCap(40), Cancellation);
        await using var multiplexer = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(options.Servers!);
        await multiplexer.GetDatabase().StringSetAsync($"{{{options.Ledger}}}:journal", "no list");

        await Assert.ThrowsAnyAsync<Exception>(() => Operator.SetCapAsync(Day.WithCap(40), Cancellation).AsTask());
        await Assert.ThrowsAnyAsync<Exception>(() => Operator.ClearCapAsync(Minute, Cancellation).AsTask());
        await Assert.ThrowsAnyAsync<Exception>(() => Operator.ResetAsync(Day, Cancellation).AsTask());

        Assert.Equal([(100L, 60L), (40L, 1L)], (await Stores.Ledger.ReadAsync([Day, Minute], Cancellation)).Select(state => (state.Limit.Cap, state.Spent)));
    }

    [Fact]
    public async Task Keys_OfALedger_EndByThemselves()
    {
        await HoldAsync("a", 30);
        await Stores.Ledger.SettleAsync("a", Tokens(30), Cancellation);
        await HoldAsync("b", 30);
        await Stores.Nonces.ClaimAsync(new Signing.NonceClaim("k", "nonce-nonce-nonce", DateTimeOffset.UtcNow.AddMinutes(5)), Cancellation);

        await using var multiplexer = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(options.Servers!);
        var database = multiplexer.GetDatabase();
        var lasting = new List<string>();
        await foreach (var key in multiplexer.GetServers()[0].KeysAsync(pattern: $"{{{options.Ledger}}}:*"))
        {
            if (await database.KeyTimeToLiveAsync(key) is null) lasting.Add(((string)key!).Split(':', 2)[1]);
        }

        // The open holds: as many as are open, and when the first of them ends. Everything else lapses.
        Assert.Equal(["due", "first"], lasting.Order(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        change?.Dispose();
        stores?.Dispose();
    }

    private static Amounts Tokens(long tokens) => new(tokens, 0, NanoUsd.Zero);

    private static HoldRequest Request(string id, long tokens) => new(id, [Day, Minute], Tokens(tokens), TimeSpan.FromMinutes(5));

    private async Task HoldAsync(string id, long tokens) => Assert.Equal(HoldOutcome.Held, (await Stores.Ledger.HoldAsync(Request(id, tokens), Cancellation)).Outcome);
}
