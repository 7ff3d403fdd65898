using SafeLlm.Limits;

[assembly: Xunit.AssemblyFixture(typeof(SafeLlm.Redis.Tests.TestServer))]

namespace SafeLlm.Redis.Tests;

/// <summary>
/// The server that all contracts run on, each in a ledger of its own: redis-server where it is installed, else Garnet.
/// SAFELLM_TEST_SERVER=garnet takes Garnet in any case.
/// </summary>
public sealed class TestServer : IAsyncLifetime
{
    private IRedisServer? server;
    private int ledgers;

    private static bool IsGarnetWanted => Environment.GetEnvironmentVariable("SAFELLM_TEST_SERVER") == "garnet";

    public async ValueTask InitializeAsync() =>
        server = RedisProcess.Program is null || IsGarnetWanted ? GarnetInProcess.Start() : await RedisProcess.StartAsync();

    public ValueTask DisposeAsync() => server is null ? ValueTask.CompletedTask : server.DisposeAsync();

    /// <summary>New and empty stores that take this clock for the server's.</summary>
    public SafeLlmStores Open(TimeProvider time) => RedisStores.Open(Options(clock: time), time);

    /// <summary>Where it listens.</summary>
    internal int Port => server!.Port;

    /// <summary>Options for a ledger that nobody has used.</summary>
    internal RedisStoreOptions Options(TimeProvider? clock = null) => new()
    {
        Servers = FormattableString.Invariant($"127.0.0.1:{server!.Port}"),
        Ledger = FormattableString.Invariant($"test-{Interlocked.Increment(ref ledgers)}"),

        // Nothing here is about time-outs: a busy machine must not look like an outage.
        OperationTimeout = TimeSpan.FromSeconds(30),
        Clock = clock,
    };
}
