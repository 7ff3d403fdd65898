using System.Diagnostics;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using StackExchange.Redis;

namespace SafeLlm.Redis.Tests;

/// <summary>The primary dies and its replica takes over.</summary>
public sealed class FailoverTests
{
    private static readonly Limit Day = Limit.Tokens(1_000_000).PerDay();

    public FailoverTests() => Assert.SkipWhen(RedisProcess.Program is null, "redis-server is not installed.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Holds_ThatAReplicaMustHave_SurviveTheirPrimary()
    {
        await using var primary = await RedisProcess.StartAsync();
        await using var replica = await RedisProcess.StartAsync("--replicaof", "127.0.0.1", FormattableString.Invariant($"{primary.Port}"));
        using (var stores = Open(primary, replicas: 1))
        {
            // Until the replica is there a hold is refused: nothing counts that a failover could lose.
            await Until.HoldsAsync(async () => (await HoldAsync(stores, "first")).Outcome == HoldOutcome.Held);
            for (var i = 0; i < 50; i++) Assert.Equal(HoldOutcome.Held, (await HoldAsync(stores, $"h{i}")).Outcome);
        }

        await primary.KillAsync();
        await replica.SendAsync("REPLICAOF NO ONE");

        using var after = Open(replica, replicas: 0);
        Assert.Equal(51, await after.Ledger.CountHoldsAsync(Cancellation));
        Assert.Equal(510, (await after.Ledger.ReadAsync([Day], Cancellation))[0].Held);
    }

    [Fact]
    public async Task Hold_WithoutTheReplicasItMustHave_IsGivenUp()
    {
        await using var primary = await RedisProcess.StartAsync();
        using var stores = Open(primary, replicas: 1);

        var refused = await Assert.ThrowsAsync<RedisStoreException>(() => HoldAsync(stores, "alone"));
        Assert.Contains("0 of 1 replicas", refused.Message, StringComparison.Ordinal);

        // As a caller does that has heard nothing good.
        Assert.True(await stores.Ledger.ReleaseAsync("alone", Cancellation));
        Assert.Equal(0, (await stores.Ledger.ReadAsync([Day], Cancellation))[0].Held);
    }

    [Fact]
    public async Task Holds_ThatNobodyWaitedFor_AreLostFromTheEndOnly()
    {
        const int Holds = 500;
        await using var primary = await RedisProcess.StartAsync();
        await using var replica = await RedisProcess.StartAsync("--replicaof", "127.0.0.1", FormattableString.Invariant($"{primary.Port}"));
        using (var stores = Open(primary, replicas: 1)) await Until.HoldsAsync(async () => (await HoldAsync(stores, "first")).Outcome == HoldOutcome.Held);
        var at = new long[Holds];
        using (var stores = Open(primary, replicas: 0))
        {
            for (var i = 0; i < Holds; i++)
            {
                Assert.Equal(HoldOutcome.Held, (await HoldAsync(stores, FormattableString.Invariant($"h{i}"))).Outcome);
                at[i] = Stopwatch.GetTimestamp();
            }

            await primary.KillAsync();
        }

        await replica.SendAsync("REPLICAOF NO ONE");

        // What the replica has is what the primary did, in its order: the window of loss is at the end, and nothing before it is missing.
        await using var peer = await ConnectionMultiplexer.ConnectAsync(FormattableString.Invariant($"127.0.0.1:{replica.Port}"));
        var keys = new RedisKeys(new RedisStoreOptions().Ledger);
        var survived = await Task.WhenAll(Enumerable.Range(0, Holds).Select(i => peer.GetDatabase().KeyExistsAsync(keys.Hold(RedisKeys.HoldName(FormattableString.Invariant($"h{i}"))))));
        var kept = survived.TakeWhile(one => one).Count();
        Assert.DoesNotContain(true, survived.Skip(kept));
        using var after = Open(replica, replicas: 0);
        Assert.Equal((kept + 1) * 10, (await after.Ledger.ReadAsync([Day], Cancellation))[0].Held);
        var window = kept == Holds ? TimeSpan.Zero : Stopwatch.GetElapsedTime(at[kept], at[^1]);
        TestContext.Current.TestOutputHelper!.WriteLine($"{Holds - kept} of {Holds} holds were lost: the last {window.TotalMilliseconds:N1} ms.");
    }

    private static SafeLlmStores Open(RedisProcess server, int replicas) => RedisStores.Open(
        new RedisStoreOptions { Servers = FormattableString.Invariant($"127.0.0.1:{server.Port}"), Replicas = replicas, OperationTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);

    private static Task<HoldResult> HoldAsync(SafeLlmStores stores, string id) =>
        stores.Ledger.HoldAsync(new HoldRequest(id, [Day], new Amounts(10, 0, NanoUsd.Zero), TimeSpan.FromMinutes(10)), Cancellation).AsTask();
}
