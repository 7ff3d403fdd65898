using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Redis.Tests;

/// <summary>Stores that reach their server through a proxy that breaks, and the same stores directly.</summary>
internal sealed class Way : IAsyncDisposable
{
    private static readonly Limit Day = Limit.Tokens(100).PerDay();

    public Way(TestServer server)
    {
        var direct = server.Options();
        Proxy = new FaultProxy(server.Port);
        Direct = RedisStores.Open(direct, TimeProvider.System);
        Stores = RedisStores.Open(
            new RedisStoreOptions
            {
                Servers = FormattableString.Invariant($"127.0.0.1:{Proxy.Port}"),
                Ledger = direct.Ledger,
                OperationTimeout = TimeSpan.FromMilliseconds(400),
                BreakDuration = TimeSpan.FromMilliseconds(500),
            },
            TimeProvider.System);
    }

    public FaultProxy Proxy { get; }

    public SafeLlmStores Stores { get; }

    public SafeLlmStores Direct { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<HoldResult> HoldAsync(string id, long tokens) =>
        Stores.Ledger.HoldAsync(new HoldRequest(id, [Day], new Amounts(tokens, 0, NanoUsd.Zero), TimeSpan.FromMinutes(5)), Cancellation).AsTask();

    public Task<SettleResult> SettleAsync(string id, long tokens) => Stores.Ledger.SettleAsync(id, new Amounts(tokens, 0, NanoUsd.Zero), Cancellation).AsTask();

    public async Task<LimitState> StateAsync(Limit limit) => (await Direct.Ledger.ReadAsync([limit], Cancellation))[0];

    /// <summary>Asks something whose answer never comes.</summary>
    public async Task LoseAnswerAsync(Func<Task> ask)
    {
        Proxy.SwallowAnswers(true);
        await Assert.ThrowsAsync<RedisStoreException>(ask);
        Proxy.SwallowAnswers(false);
        Proxy.Reset();
    }

    /// <summary>From now on every request arrives twice.</summary>
    public async Task DoubleAsync()
    {
        Proxy.DoubleRequests(true);
        Proxy.Reset();
        await Until.HoldsAsync(async () => await Stores.Ledger.CountHoldsAsync(Cancellation) == 0 && Proxy.Doubled > 0);
    }

    public async ValueTask DisposeAsync()
    {
        Stores.Dispose();
        Direct.Dispose();
        await Proxy.DisposeAsync();
    }
}
