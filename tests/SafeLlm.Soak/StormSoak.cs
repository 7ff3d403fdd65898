using System.Globalization;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Redis;
using SafeLlm.Redis.Tests;
using StackExchange.Redis;

namespace SafeLlm.Soak;

/// <summary>A ledger for many nodes at full load while the way to its server loses, delays, doubles and resets. A round is half a minute of it.</summary>
internal sealed class StormSoak : ISoak
{
    private const int Callers = 32;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);

    public string Name => "storm";

    public string What => "on a way that breaks all the time no cap is passed, no settle is lost, and memory stays flat on both sides (redis)";

    public async Task<string> RunAsync(long seed, SoakOptions options, CancellationToken cancellationToken)
    {
        var server = await RedisSoakServer.GetAsync();
        await using var way = new FaultProxy(server.Port);
        var ledger = RedisSoakServer.NextLedger();
        var calm = RedisSoakServer.Options(server.Port, ledger);
        calm.OperationTimeout = TimeSpan.FromSeconds(30);
        using var direct = RedisStores.Open(calm, TimeProvider.System);
        var near = RedisSoakServer.Options(way.Port, ledger);
        near.OperationTimeout = TimeSpan.FromMilliseconds(300);
        near.BreakDuration = TimeSpan.FromMilliseconds(500);
        near.RememberClosed = TimeSpan.FromMinutes(1);
        using var stores = RedisStores.Open(near, TimeProvider.System);

        using var over = new CancellationTokenSource(Round);
        var limit = Limit.Tokens(1_000_000_000).PerDay().For("storm");
        var tight = Limit.ConcurrentCalls(Callers / 2).For("storm");
        var totals = new StormTotals();
        var storm = StormAsync(way, new Random((int)(seed % int.MaxValue)), over.Token);
        var watch = WatchAsync(direct.Ledger, tight, over.Token);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => CallAsync(stores.Ledger, caller, limit, tight, totals, over.Token)));
        await storm;
        await watch;

        var state = (await direct.Ledger.ReadAsync([limit], cancellationToken))[0];
        if (state.Spent != totals.Spent || state.Held != 0) throw new InvalidOperationException($"{state.Spent} spent and {state.Held} held; {totals.Spent} were settled.");
        var there = await MemoryAsync(server);
        return string.Create(CultureInfo.InvariantCulture, $"{totals.Calls:N0} calls, {totals.Faults:N0} faults; {GC.GetTotalMemory(true) / 1048576.0:N1} MiB here, {there / 1048576.0:N1} MiB on the server, {ThreadPool.ThreadCount} threads");
    }

    private static async Task CallAsync(ILedger ledger, int caller, Limit limit, Limit tight, StormTotals totals, CancellationToken over)
    {
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var id = FormattableString.Invariant($"{caller}.{i}");
            var request = new HoldRequest(id, [limit, tight], new Amounts(10, 0, NanoUsd.Zero), TimeSpan.FromMinutes(10));
            var result = await UntilAsync(() => ledger.HoldAsync(request, CancellationToken.None).AsTask(), totals);
            if (result.Outcome != HoldOutcome.Held)
            {
                // An earlier question, or the double of this one, may still be on its way and find room: it is given up.
                await UntilAsync(() => ledger.ReleaseAsync(id, CancellationToken.None).AsTask(), totals);
                continue;
            }

            var settled = await UntilAsync(() => ledger.SettleAsync(id, new Amounts(7, 0, NanoUsd.Zero), CancellationToken.None).AsTask(), totals);
            if (!settled.Found) throw new InvalidOperationException($"The hold {id} is not known.");
            totals.Add(7);
        }
    }

    private static async Task<T> UntilAsync<T>(Func<Task<T>> ask, StormTotals totals)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (RedisStoreException away) when (IsInjected(away))
            {
                totals.Fault();
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    // What the way does to connections. An error that the server answers with is nobody's doing but ours, unless it has only just begun.
    private static bool IsInjected(RedisStoreException failure) =>
        failure.InnerException is not RedisServerException answered || answered.Message.StartsWith("LOADING", StringComparison.Ordinal);

    private static async Task WatchAsync(ILedger ledger, Limit limit, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var state = (await ledger.ReadAsync([limit], CancellationToken.None))[0];
            if (state.Spent + state.Held > limit.Cap) throw new InvalidOperationException($"{state.Held} held of {limit.Cap}.");
            await Task.Delay(5, CancellationToken.None);
        }
    }

    private static async Task StormAsync(FaultProxy way, Random random, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(random.Next(200, 1_500), CancellationToken.None);
            var (isMute, isDeaf) = (random.Next(3) == 0, random.Next(3) == 0);
            way.SwallowAnswers(isMute);
            way.SwallowRequests(isDeaf);
            await Task.Delay(random.Next(20, 400), CancellationToken.None);
            way.Delay(TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(1, 150) : 0));
            way.DoubleRequests(random.Next(3) == 0);
            way.SwallowAnswers(false);
            way.SwallowRequests(false);
            if (isMute || isDeaf || random.Next(2) == 0) way.Reset();
        }

        way.Delay(TimeSpan.Zero);
        way.Reset();
    }

    private static async Task<long> MemoryAsync(RedisProcess server)
    {
        var line = (await server.SendAsync("INFO memory")).Split('\n').First(line => line.StartsWith("used_memory:", StringComparison.Ordinal));
        return long.Parse(line["used_memory:".Length..].Trim(), CultureInfo.InvariantCulture);
    }
}
