using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SafeLlm.Benchmarks;

/// <summary>The machine's redis-server as a child process, with nothing on disk.</summary>
internal sealed class RedisChild : IAsyncDisposable
{
    private readonly Process process;

    private RedisChild(Process process, int port)
    {
        this.process = process;
        Servers = FormattableString.Invariant($"127.0.0.1:{port}");
    }

    public string Servers { get; }

    public static async Task<RedisChild> StartAsync()
    {
        int port;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        var start = new ProcessStartInfo("redis-server", ["--port", FormattableString.Invariant($"{port}"), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("redis-server is not installed.");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return new RedisChild(process, port);
            }
            catch (SocketException) when (tries < 500)
            {
                await Task.Delay(10);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
