using System.Diagnostics;
using System.Net;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Redis.Tests;

/// <summary>The server is stopped and comes back. On redis-server only: it is the one that is run in production.</summary>
public sealed class OutageTests
{
    private static readonly Limit Day = Limit.Tokens(100).PerDay();

    private const string Password = "a-password-of-the-tests";

    public OutageTests() => Assert.SkipWhen(RedisProcess.Program is null, "redis-server is not installed.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_ThatIsDown_IsAnsweredByARefusalAtOnce()
    {
        await using var server = await RedisProcess.StartAsync();
        using var stores = Open(server);
        await HoldAsync(stores, "before", 10);
        await server.KillAsync();

        // The first ones may wait for their time-out; then the breaker answers without asking.
        for (var i = 0; i < 40; i++) await Assert.ThrowsAsync<RedisStoreException>(() => HoldAsync(stores, $"down{i}", 10));
        var clock = Stopwatch.StartNew();
        var refused = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => Assert.ThrowsAsync<RedisStoreException>(() => HoldAsync(stores, $"many{i}", 10))));

        Assert.Equal(1_000, refused.Length);

        // A thousand calls that each waited for the time-out in turn would take minutes; queued ones would never end.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");
    }

    [Fact]
    public async Task Gateway_WhoseServerIsDown_AnswersThatItIsUnavailableAndServesAgainAfterwards()
    {
        await using var server = await RedisProcess.StartAsync();
        await using var fleet = await Fleet.StartAsync(new RedisStoreOptions { Servers = Servers(server) }, 1);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(fleet));

        await server.KillAsync();
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.ServiceUnavailable, await CallAsync(fleet));
        Assert.Single(fleet.Provider.Requests);

        await server.RunAsync();
        await Until.HoldsAsync(async () => await CallAsync(fleet) == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Server_ThatComesBackEmpty_HasForgottenAndIsServed()
    {
        await using var server = await RedisProcess.StartAsync();
        using var stores = Open(server);
        await HoldAsync(stores, "before", 100);
        await server.KillAsync();
        await server.RunAsync();

        // What an empty server means: budgets start anew and nonces are unknown. Only an append-only file prevents it.
        await UntilHeldAsync(stores, "after", 100);
        var settled = await stores.Ledger.SettleAsync("before", new Amounts(10, 0, NanoUsd.Zero), Cancellation);
        Assert.False(settled.Found);
    }

    [Fact]
    public async Task Server_ThatComesBackFromItsAppendOnlyFile_RemembersEverything()
    {
        await using var server = await RedisProcess.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        using var stores = Open(server);
        await HoldAsync(stores, "spent", 40);
        await stores.Ledger.SettleAsync("spent", new Amounts(30, 0, NanoUsd.Zero), Cancellation);
        await HoldAsync(stores, "open", 50);
        await server.KillAsync();
        await server.RunAsync();

        await Until.HoldsAsync(async () => (await stores.Ledger.ReadAsync([Day], Cancellation))[0] is { Spent: 30, Held: 50 });
        Assert.Equal(HoldOutcome.Denied, (await TryHoldAsync(stores, "more", 30)).Outcome);
        Assert.True((await stores.Ledger.SettleAsync("open", new Amounts(50, 0, NanoUsd.Zero), Cancellation)).Found);
    }

    [Theory]
    [InlineData("allkeys-lru", false)]
    [InlineData("volatile-ttl", false)]
    [InlineData("allkeys-lru", true)]
    [InlineData("noeviction", false)]
    public async Task Server_ThatMayEvict_IsRefusedUnlessToldOtherwise(string policy, bool allow)
    {
        await using var server = await RedisProcess.StartAsync("--maxmemory", "100mb", "--maxmemory-policy", policy);
        var options = new RedisStoreOptions { Servers = Servers(server), AllowEviction = allow };
        if (allow || policy == "noeviction")
        {
            using var stores = RedisStores.Open(options, TimeProvider.System);
            await HoldAsync(stores, "a", 10);
        }
        else
        {
            var refused = Assert.Throws<RedisStoreException>(() => RedisStores.Open(options, TimeProvider.System));
            Assert.Contains(policy, refused.Message, StringComparison.Ordinal);
            Assert.Contains("AllowEviction", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task User_OfTheDocumentedAcl_CanDoAllThatTheStoresNeed()
    {
        await using var server = await RedisProcess.StartAsync(["--user", "default", "off", "--user", .. RedisAcl.Rule("safellm", "acl-test", Password).Split(' ')]);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Password + "\n", Cancellation);
            using var stores = RedisStores.Open(new RedisStoreOptions { Servers = Servers(server) + ",user=safellm", Ledger = "acl-test", PasswordFile = file, OperationTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);
            await StoreTour.RunAsync(stores);
            Assert.Empty(stores.Keys!.All);

            using var user = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(Servers(server) + $",user=safellm,password={Password},allowAdmin=true");
            foreach (var command in new[] { "CONFIG GET requirepass", "CLIENT LIST", "CLIENT PAUSE 1", "SCAN 0", "GET other", "FLUSHALL" })
            {
                var refused = await Assert.ThrowsAsync<StackExchange.Redis.RedisServerException>(() => user.GetDatabase().ExecuteAsync(command.Split(' ')[0], [.. command.Split(' ')[1..]]));
                Assert.StartsWith("NOPERM", refused.Message, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Limits_AreListedByWhomTheOperatorsRuleIsFor(bool isOperator)
    {
        var rule = isOperator ? RedisAcl.OperatorRule("safellm", "acl-test", Password) : RedisAcl.Rule("safellm", "acl-test", Password);
        await using var server = await RedisProcess.StartAsync(["--user", "default", "off", "--user", .. rule.Split(' ')]);
        var options = new RedisStoreOptions { Servers = Servers(server) + $",user=safellm,password={Password}", Ledger = "acl-test", OperationTimeout = TimeSpan.FromSeconds(10) };
        using var stores = RedisStores.Open(options, TimeProvider.System);
        await HoldAsync(stores, "a", 10);
        using var view = stores.View!();

        if (isOperator) Assert.Single(await view.ReadCountersAsync(Cancellation));
        else Assert.Contains("RedisAcl.OperatorRule", (await Assert.ThrowsAsync<RedisStoreException>(async () => await view.ReadCountersAsync(Cancellation))).Message, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> CallAsync(Fleet fleet)
    {
        using var answer = await new SignedCall(fleet.Addresses[0]).SendAsync(fleet.Http, fleet.Addresses[0]);
        return answer.StatusCode;
    }

    private static SafeLlmStores Open(RedisProcess server) =>
        RedisStores.Open(new RedisStoreOptions { Servers = Servers(server), OperationTimeout = TimeSpan.FromMilliseconds(500) }, TimeProvider.System);

    private static string Servers(RedisProcess server) => FormattableString.Invariant($"127.0.0.1:{server.Port}");

    private static async Task<HoldResult> TryHoldAsync(SafeLlmStores stores, string id, long tokens) =>
        await stores.Ledger.HoldAsync(new HoldRequest(id, [Day], new Amounts(tokens, 0, NanoUsd.Zero), TimeSpan.FromMinutes(5)), Cancellation);

    private static async Task HoldAsync(SafeLlmStores stores, string id, long tokens) => Assert.Equal(HoldOutcome.Held, (await TryHoldAsync(stores, id, tokens)).Outcome);

    private static Task UntilHeldAsync(SafeLlmStores stores, string id, long tokens) => Until.HoldsAsync(async () => (await TryHoldAsync(stores, id, tokens)).Outcome == HoldOutcome.Held);
}
