using SafeLlm.Limits;
using SafeLlm.Redis;
using SafeLlm.Redis.Tests;

namespace SafeLlm.Soak;

/// <summary>One redis-server for a whole run, and a ledger of its own for each that asks.</summary>
internal static class RedisSoakServer
{
    private static readonly Lazy<Task<RedisProcess>> Started = new(StartAsync);
    private static int ledgers;

    public static Task<RedisProcess> GetAsync() => Started.Value;

    /// <summary>New and empty stores that take this clock for the server's.</summary>
    public static async ValueTask<SafeLlmStores> OpenAsync(TimeProvider time)
    {
        var server = await GetAsync();
        var options = Options(server.Port, NextLedger());
        options.OperationTimeout = TimeSpan.FromSeconds(30);
        options.Clock = time;
        return RedisStores.Open(options, time);
    }

    public static string NextLedger() => FormattableString.Invariant($"soak-{Interlocked.Increment(ref ledgers)}");

    public static RedisStoreOptions Options(int port, string ledger) => new() { Servers = FormattableString.Invariant($"127.0.0.1:{port}"), Ledger = ledger };

    private static async Task<RedisProcess> StartAsync()
    {
        if (RedisProcess.Program is null) throw new FormatException("redis-server is not installed.");
        var server = await RedisProcess.StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return server;
    }
}
