using System.Collections.Concurrent;
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
        const int Callers = 8;
        await using var primary = await RedisProcess.StartAsync();
        await using var link = new FaultProxy(primary.Port);
        await using var replica = await RedisProcess.StartAsync("--replicaof", "127.0.0.1", FormattableString.Invariant($"{link.Port}"));
        using (var stores = Open(primary, replicas: 1)) await Until.HoldsAsync(async () => (await HoldAsync(stores, "first")).Outcome == HoldOutcome.Held);
        var answered = new ConcurrentQueue<(int Caller, int Number, long At)>();
        link.Delay(TimeSpan.FromMilliseconds(20));
        using (var stores = Open(primary, replicas: 0))
        {
            var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => HoldUntilItFailsAsync(stores, caller, answered))).ToArray();
            await Until.HoldsAsync(() => Task.FromResult(answered.Count >= 500));

            // Its machine dies: a process alone would leave what it sent in the system's buffers, and nothing would be lost.
            link.SwallowAnswers(true);
            await primary.KillAsync();
            await Task.WhenAll(callers);
        }

        await replica.SendAsync("REPLICAOF NO ONE");

        // The replica has what the primary did in its order: what is missing is at the end, and nothing before it.
        await using var peer = await ConnectionMultiplexer.ConnectAsync(FormattableString.Invariant($"127.0.0.1:{replica.Port}"));
        var lost = new List<long>();
        foreach (var one in answered.GroupBy(call => call.Caller))
        {
            var kept = await Task.WhenAll(one.OrderBy(call => call.Number).Select(call => peer.GetDatabase().KeyExistsAsync(Key(call.Caller, call.Number))));
            var survived = kept.TakeWhile(there => there).Count();
            Assert.DoesNotContain(true, kept.Skip(survived));
            lost.AddRange(one.OrderBy(call => call.Number).Skip(survived).Select(call => call.At));
        }

        var window = lost.Count == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(lost.Min(), answered.Max(call => call.At));
        TestContext.Current.TestOutputHelper!.WriteLine($"{lost.Count} of {answered.Count} answered holds were lost: the last {window.TotalMilliseconds:N1} ms.");
    }

    private static async Task HoldUntilItFailsAsync(SafeLlmStores stores, int caller, ConcurrentQueue<(int Caller, int Number, long At)> answered)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                Assert.Equal(HoldOutcome.Held, (await HoldAsync(stores, Id(caller, i))).Outcome);
                answered.Enqueue((caller, i, Stopwatch.GetTimestamp()));
            }
        }
        catch (RedisStoreException)
        {
            // The primary is dead.
        }
    }

    private static string Id(int caller, int number) => FormattableString.Invariant($"{caller}.{number}");

    private static RedisKey Key(int caller, int number) => new RedisKeys(new RedisStoreOptions().Ledger).Hold(RedisKeys.HoldName(Id(caller, number)));

    private static SafeLlmStores Open(RedisProcess server, int replicas) => RedisStores.Open(
        new RedisStoreOptions { Servers = FormattableString.Invariant($"127.0.0.1:{server.Port}"), Replicas = replicas, OperationTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);

    private static Task<HoldResult> HoldAsync(SafeLlmStores stores, string id) =>
        stores.Ledger.HoldAsync(new HoldRequest(id, [Day], new Amounts(10, 0, NanoUsd.Zero), TimeSpan.FromMinutes(10)), Cancellation).AsTask();
}
