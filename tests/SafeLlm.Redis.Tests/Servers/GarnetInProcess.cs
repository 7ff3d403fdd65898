using Garnet;

namespace SafeLlm.Redis.Tests;

/// <summary>Garnet inside this process: it is always there, and it locks keys instead of running one script at a time.</summary>
internal sealed class GarnetInProcess : IRedisServer
{
    private readonly GarnetServer server;

    private GarnetInProcess(GarnetServer server, int port)
    {
        this.server = server;
        Port = port;
    }

    public int Port { get; }

    public static GarnetInProcess Start()
    {
        var port = FreePort.Take();
        var server = new GarnetServer(["--bind", "127.0.0.1", "--port", FormattableString.Invariant($"{port}"), "--lua", "--lua-transaction-mode", "--memory", "64m", "--index", "8m", "--logger-level", "None"]);
        server.Start();
        return new GarnetInProcess(server, port);
    }

    public ValueTask DisposeAsync()
    {
        server.Dispose();
        return ValueTask.CompletedTask;
    }
}
