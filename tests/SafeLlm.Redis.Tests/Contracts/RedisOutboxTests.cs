using SafeLlm.Alerts;
using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;
using StackExchange.Redis;

namespace SafeLlm.Redis.Tests;

public sealed class RedisOutboxTests(TestServer server) : OutboxContract
{
    private const int MostWaiting = 10_000;

    private static readonly DateTimeOffset At = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Alert_ThatCannotBeRead_KeepsNobodyElsesBack()
    {
        var options = server.Options();
        using var stores = RedisStores.Open(options, TimeProvider.System);
        foreach (var id in new[] { "bad", "good" }) await stores.Outbox!.RecordAsync(Of(id), Cancellation);
        using var client = await ConnectionMultiplexer.ConnectAsync(options.Servers!);
        var first = (await client.GetDatabase().SortedSetRangeByRankAsync($"{{{options.Ledger}}}:alerts", 0, 0))[0];
        await client.GetDatabase().HashSetAsync($"{{{options.Ledger}}}:a:{first}", "d", "sof another version");

        Assert.Equal(["good"], (await stores.Outbox!.TakeAsync(8, TimeSpan.FromMinutes(5), Cancellation)).Select(pending => pending.Alert.Id));
    }

    [Fact]
    public async Task Alerts_AboveTheMost_PushOutTheOldestThoughItWasPostponed()
    {
        var options = server.Options();
        using var stores = RedisStores.Open(options, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, MostWaiting).Chunk(100).Select(async part =>
        {
            foreach (var number in part) await stores.Outbox!.RecordAsync(Of($"a{number}"), Cancellation);
        }));
        var oldest = Assert.Single(await stores.Outbox!.TakeAsync(1, TimeSpan.FromMinutes(5), Cancellation)).Alert.Id;
        await stores.Outbox.PostponeAsync(oldest, TimeSpan.FromHours(1), Cancellation);

        await stores.Outbox.RecordAsync(Of("new"), Cancellation);

        using var client = await ConnectionMultiplexer.ConnectAsync(options.Servers!);
        var database = client.GetDatabase();
        Assert.Equal(MostWaiting, await database.SortedSetLengthAsync($"{{{options.Ledger}}}:alerts"));
        Assert.Equal(MostWaiting, await database.SortedSetLengthAsync($"{{{options.Ledger}}}:alerts-order"));
        Assert.Equal(0, await database.HashLengthAsync($"{{{options.Ledger}}}:alert-ids"));
        Assert.True(await stores.Outbox.RecordAsync(Of(oldest), Cancellation), "The postponed one is still there.");
    }

    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(server.Open(time));

    private static Alert Of(string id) => new(id, AlertKind.Anomaly, AlertSeverity.Critical, "Usage left its baseline.", At);
}
