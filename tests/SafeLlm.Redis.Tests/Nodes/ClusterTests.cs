using SafeLlm.Limits;
using SafeLlm.Pricing;
using StackExchange.Redis;

namespace SafeLlm.Redis.Tests;

/// <summary>Three nodes as a Cluster: a ledger lives in one slot, several ledgers spread.</summary>
public sealed class ClusterTests
{
    private const int Slots = 16_384;

    public ClusterTests() => Assert.SkipWhen(RedisProcess.Program is null, "redis-server is not installed.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ledgers_OnACluster_WorkAndSpreadOverItsNodes()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        await using var third = await StartAsync();
        RedisProcess[] nodes = [first, second, third];
        var servers = string.Join(',', nodes.Select(node => FormattableString.Invariant($"127.0.0.1:{node.Port}")));
        await JoinAsync(nodes);

        var slots = new HashSet<int>();
        foreach (var ledger in new[] { "europe", "asia", "america", "africa" })
        {
            var options = new RedisStoreOptions { Servers = servers, Ledger = ledger, OperationTimeout = TimeSpan.FromSeconds(10) };
            using var stores = RedisStores.Open(options, TimeProvider.System);
            await StoreTour.RunAsync(stores);
            await StoreTour.RunKeysAsync(stores);

            await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(servers);
            slots.Add(multiplexer.HashSlot(new RedisKeys(ledger).Due));
        }

        Assert.Equal(4, slots.Count);
        Assert.True(slots.Select(slot => slot * 3 / Slots).Distinct().Count() > 1, "All ledgers live on one node.");
    }

    [Fact]
    public async Task Replicas_OnACluster_AreThoseOfTheLedgersOwnNode()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        await using var third = await StartAsync();
        await using var replica = await StartAsync();
        RedisProcess[] nodes = [first, second, third];
        await JoinAsync(nodes);
        await replica.SendAsync(FormattableString.Invariant($"CLUSTER MEET 127.0.0.1 {first.Port}"));
        foreach (var node in (RedisProcess[])[.. nodes, replica]) await Until.HoldsAsync(async () => (await node.SendAsync("CLUSTER INFO")).Contains("cluster_known_nodes:4", StringComparison.Ordinal));
        var id = new string([.. (await first.SendAsync("CLUSTER MYID")).Where(char.IsAsciiHexDigitLower)]);
        await Until.HoldsAsync(async () => (await replica.SendAsync($"CLUSTER REPLICATE {id[^40..]}")).Contains("OK", StringComparison.Ordinal));
        await Until.HoldsAsync(async () => (await first.SendAsync("INFO replication")).Contains("state=online", StringComparison.Ordinal));

        var servers = string.Join(',', nodes.Select(node => FormattableString.Invariant($"127.0.0.1:{node.Port}")));
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(servers);
        var ledgers = Enumerable.Range(0, 50).Select(number => FormattableString.Invariant($"ledger{number}")).ToLookup(name => multiplexer.HashSlot(new RedisKeys(name).Due) < Slots / nodes.Length);
        foreach (var name in ledgers[true].Take(3)) Assert.Equal(HoldOutcome.Held, (await HoldAsync(name)).Outcome);
        foreach (var name in ledgers[false].Take(3))
        {
            var refused = await Assert.ThrowsAsync<RedisStoreException>(() => HoldAsync(name));
            Assert.StartsWith("0 of 1 replicas", refused.Message, StringComparison.Ordinal);
        }

        async Task<HoldResult> HoldAsync(string ledger)
        {
            using var stores = RedisStores.Open(new RedisStoreOptions { Servers = servers, Ledger = ledger, Replicas = 1, OperationTimeout = TimeSpan.FromSeconds(2) }, TimeProvider.System);
            return await stores.Ledger.HoldAsync(new HoldRequest("a", [Limit.Tokens(100).PerDay()], new Amounts(60, 0, NanoUsd.Zero), TimeSpan.FromMinutes(1)), Cancellation);
        }
    }

    private static Task<RedisProcess> StartAsync() => RedisProcess.StartAsync("--cluster-enabled", "yes", "--cluster-node-timeout", "2000");

    private static async Task JoinAsync(RedisProcess[] nodes)
    {
        for (var i = 0; i < nodes.Length; i++)
        {
            await nodes[i].SendAsync(FormattableString.Invariant($"CLUSTER ADDSLOTSRANGE {i * Slots / nodes.Length} {((i + 1) * Slots / nodes.Length) - 1}"));
            if (i > 0) await nodes[i].SendAsync(FormattableString.Invariant($"CLUSTER MEET 127.0.0.1 {nodes[0].Port}"));
        }

        foreach (var node in nodes)
        {
            await Until.HoldsAsync(async () => await node.SendAsync("CLUSTER INFO") is var info
                && info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains("cluster_known_nodes:3", StringComparison.Ordinal));
        }
    }
}
