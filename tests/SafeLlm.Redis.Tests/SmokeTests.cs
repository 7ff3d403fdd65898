using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Redis.Tests;

public sealed class SmokeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hold_Settle_Read(bool garnet)
    {
        await using IRedisServer server = garnet ? GarnetInProcess.Start() : await RedisProcess.StartAsync();
        using var connection = new RedisConnection(new RedisStoreOptions { Servers = $"127.0.0.1:{server.Port}", OperationTimeout = TimeSpan.FromSeconds(5) }, TimeProvider.System);
        var ledger = new RedisLedger(connection, TimeProvider.System);
        Limit[] limits = [Limit.Dollars(1m).PerDay(), Limit.Requests(2).PerMinute(), Limit.ConcurrentCalls(5)];
        var token = TestContext.Current.CancellationToken;
        var one = await ledger.HoldAsync(new HoldRequest("a", limits, new Amounts(10, 20, NanoUsd.FromDollars(0.4m)), TimeSpan.FromMinutes(1)), token);
        Assert.Equal(HoldOutcome.Held, one.Outcome);
        var two = await ledger.HoldAsync(new HoldRequest("b", limits, new Amounts(10, 20, NanoUsd.FromDollars(0.4m)), TimeSpan.FromMinutes(1)), token);
        Assert.Equal(HoldOutcome.Held, two.Outcome);
        var three = await ledger.HoldAsync(new HoldRequest("c", limits, new Amounts(10, 20, NanoUsd.FromDollars(0.4m)), TimeSpan.FromMinutes(1)), token);
        Assert.Equal(2, three.Denials.Count);
        Assert.Equal(new SettleResult(true, false, false) { HasAlerts = false }, await ledger.SettleAsync("a", new Amounts(10, 10, NanoUsd.FromDollars(0.3m)), token));
        Assert.Equal(new SettleResult(true, true, false) { HasAlerts = true }, await ledger.SettleAsync("b", new Amounts(10, 10, NanoUsd.FromDollars(0.8m)), token));
        var states = await ledger.ReadAsync(limits, token);
        Assert.Equal(1_100_000_000, states[0].Spent);
        Assert.Equal(0, states[0].Held);
        Assert.Equal(2, states[1].Spent);
        Assert.NotNull(states[1].RoomAt);
        Assert.Equal(0, await ledger.CountHoldsAsync(token));
    }
}
