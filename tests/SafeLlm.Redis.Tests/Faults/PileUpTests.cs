using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Redis.Tests;

/// <summary>What an outage leaves in the process: nothing. By itself, as others' memory and threads would be counted too.</summary>
[Collection(nameof(Alone))]
public sealed class PileUpTests
{
    private const int Together = 500;
    private const int Rounds = 40;
    private const long MostBytes = 4L << 20;
    private const int MostThreads = 16;

    public PileUpTests() => Assert.SkipWhen(RedisProcess.Program is null, "redis-server is not installed.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_ThatIsGone_PilesUpNeitherMemoryNorThreads(bool standsStill)
    {
        await using var server = await RedisProcess.StartAsync();
        using var stores = RedisStores.Open(
            new RedisStoreOptions { Servers = FormattableString.Invariant($"127.0.0.1:{server.Port}"), OperationTimeout = TimeSpan.FromMilliseconds(250) },
            TimeProvider.System);
        Assert.Equal(HoldOutcome.Held, (await HoldAsync(stores, "before")).Outcome);
        await (standsStill ? server.HaltAsync() : server.KillAsync());

        await RefuseAsync(stores, 2);
        var (bytes, threads) = (GC.GetTotalMemory(forceFullCollection: true), ThreadPool.ThreadCount);
        await RefuseAsync(stores, Rounds);

        var (moreBytes, moreThreads) = (GC.GetTotalMemory(forceFullCollection: true) - bytes, ThreadPool.ThreadCount - threads);
        Assert.True(moreBytes < MostBytes, $"{Together * Rounds} refused holds left {moreBytes} bytes.");
        Assert.True(moreThreads < MostThreads, $"{Together * Rounds} refused holds left {moreThreads} threads.");
    }

    private static async Task RefuseAsync(SafeLlmStores stores, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, Together).Select(i => Assert.ThrowsAsync<RedisStoreException>(() => HoldAsync(stores, $"down-{round}-{i}"))));
        }
    }

    private static async Task<HoldResult> HoldAsync(SafeLlmStores stores, string id) =>
        await stores.Ledger.HoldAsync(new HoldRequest(id, [Limit.Tokens(100).PerDay()], new Amounts(10, 0, NanoUsd.Zero), TimeSpan.FromMinutes(5)), Cancellation);

    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;
}
