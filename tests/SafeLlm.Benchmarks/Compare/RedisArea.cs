using System.Diagnostics;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Redis;
using SafeLlm.Signing;
using StackExchange.Redis;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>
/// One script for a hold over three limits with its record, its idempotency and its nonce, beside a bare PING on the same server
/// and connection: rates, so higher is better. The server is the machine's redis-server.
/// </summary>
internal sealed class RedisArea : ICompareArea
{
    private const int Callers = 64;
    private const int CallsOfEach = 32;
    private static readonly Amounts Held = new(500, 500, new NanoUsd(1_000_000));
    private static readonly Amounts Used = new(480, 200, new NanoUsd(600_000));
    private int operations;

    public string Name => "redis";

    private static Limit[] Limits { get; } =
    [
        Limit.Dollars(9_000_000m).PerDay().For("key:k1"),
        Limit.Tokens(1L << 53).PerDay().For("key:k1"),
        Limit.Requests(1L << 53).PerMinute().For("key:k1"),
    ];

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        await using var server = await RedisChild.StartAsync();
        using var stores = RedisStores.Open(OptionsFor(server), TimeProvider.System);
        await using var peer = await ConnectionMultiplexer.ConnectAsync(server.Servers + ",allowAdmin=true");
        var ping = peer.GetDatabase();

        var before = await CallsAsync(peer);
        for (var i = 0; i < 1_000; i++) await HoldAsync(stores.Ledger);
        yield return new Figure("redis.commands-per-hold", (await CallsAsync(peer) - before) / 1_000d) { AtMost = 1.01 };

        yield return Rate("redis.hold-by-ping-1-caller", await Duel.RatioAsync(() => HoldAsync(stores.Ledger), () => ping.PingAsync()), 0.75);
        yield return Rate("redis.hold-by-ping-64-callers", await Duel.RatioAsync(() => ManyAsync(() => HoldAsync(stores.Ledger)), () => ManyAsync(() => ping.PingAsync())), 0.4);
        yield return Rate("redis.settle-by-ping-1-caller", await SettleRatioAsync(stores.Ledger, ping), 0.8);
    }

    /// <summary>One load for half a minute, to profile it, and what the server says that its commands cost.</summary>
    /// <param name="callers">How many callers.</param>
    /// <param name="isSettled">Whether each hold is settled.</param>
    /// <param name="output">Where the costs go.</param>
    public async Task DriveAsync(int callers, bool isSettled, TextWriter output)
    {
        await using var server = await RedisChild.StartAsync();
        using var stores = RedisStores.Open(OptionsFor(server), TimeProvider.System);
        await using var peer = await ConnectionMultiplexer.ConnectAsync(server.Servers + ",allowAdmin=true");
        var start = Stopwatch.GetTimestamp();
        var before = Environment.CpuUsage.TotalTime;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30))
            {
                await (isSettled ? HoldAndSettleAsync(stores.Ledger) : HoldAsync(stores.Ledger));
            }
        })));
        var used = Environment.CpuUsage.TotalTime - before;
        await output.WriteLineAsync(FormattableString.Invariant($"{operations} holds, {30e6 / operations:0.0} us each, {used.TotalMicroseconds / operations:0.0} us of this process"));
        foreach (var line in (await peer.GetServers()[0].InfoAsync("commandstats")).SelectMany(section => section))
        {
            await output.WriteLineAsync($"{line.Key} {line.Value}");
        }
    }

    private static RedisStoreOptions OptionsFor(RedisChild server) =>
        new() { Servers = server.Servers, Ledger = "bench", OperationTimeout = TimeSpan.FromSeconds(10), MaxNoncesPerKey = int.MaxValue };

    private static Figure Rate(string name, double timeRatio, double atLeast) => new(name, 1 / timeRatio) { AtLeast = atLeast };

    // A settle needs a hold before it: both are timed together and the hold alone, in turn, and the difference is the settle.
    private async Task<double> SettleRatioAsync(ILedger ledger, IDatabase ping)
    {
        var both = await Duel.RatioAsync(() => HoldAndSettleAsync(ledger), () => ping.PingAsync());
        var hold = await Duel.RatioAsync(() => HoldAsync(ledger), () => ping.PingAsync());
        return both - hold;
    }

    private async Task HoldAndSettleAsync(ILedger ledger)
    {
        var id = await HoldAsync(ledger);
        await ledger.SettleAsync(id, Used, CancellationToken.None);
    }

    private async Task<string> HoldAsync(ILedger ledger)
    {
        var number = Interlocked.Increment(ref operations);
        var id = FormattableString.Invariant($"call.{number}");
        var nonce = new NonceClaim("k1", FormattableString.Invariant($"nonce-{number:D16}"), DateTimeOffset.UtcNow.AddMinutes(5));
        var result = await ledger.HoldAsync(new HoldRequest(id, Limits, Held, TimeSpan.FromMinutes(5)) { Nonce = nonce }, CancellationToken.None);
        return result.Outcome == HoldOutcome.Held ? id : throw new InvalidOperationException($"The ledger answered {result.Outcome}.");
    }

    // Each caller goes on by itself: callers that all wait for the slowest of them would be one caller with a batch.
    private static Task ManyAsync(Func<Task> one) => Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
    {
        for (var i = 0; i < CallsOfEach; i++) await one();
    })));

    private static async Task<long> CallsAsync(ConnectionMultiplexer peer)
    {
        var stats = await peer.GetServers()[0].InfoAsync("commandstats");
        return stats.SelectMany(section => section)
            .Where(line => line.Key is "cmdstat_evalsha" or "cmdstat_eval" or "cmdstat_ping")
            .Sum(line => long.Parse(line.Value.Split(',')[0]["calls=".Length..], System.Globalization.CultureInfo.InvariantCulture));
    }
}
