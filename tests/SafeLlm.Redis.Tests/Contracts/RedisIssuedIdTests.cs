using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;
using StackExchange.Redis;

namespace SafeLlm.Redis.Tests;

public sealed class RedisIssuedIdTests(TestServer server) : IssuedIdContract
{
    private string ledger = "";

    [Fact]
    public async Task EveryKey_EndsByItself()
    {
        var ids = Stores.IssuedIds!;
        for (var i = 0; i < 30; i++) await ids.RecordAsync($"tenant:{i % 3}", [$"a{i}", $"b{i}"], Time.GetUtcNow().AddHours(1), 8, Cancellation);

        await using var connection = await ConnectionMultiplexer.ConnectAsync(FormattableString.Invariant($"127.0.0.1:{server.Port}"));
        RedisKey[] keys = [.. connection.GetServers()[0].Keys(pattern: $"{{{ledger}}}:*", pageSize: 1_000)];

        Assert.Equal((3 * 8) + 3, keys.Length);
        foreach (var key in keys) Assert.InRange((await connection.GetDatabase().KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
    }

    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time)
    {
        var options = server.Options(clock: time);
        ledger = options.Ledger;
        return ValueTask.FromResult(RedisStores.Open(options, time));
    }
}
