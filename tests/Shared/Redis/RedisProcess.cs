using System.Diagnostics;
using System.Net.Sockets;

namespace SafeLlm.Redis.Tests;

/// <summary>The real redis-server as a child process that keeps nothing on disk unless told to.</summary>
internal sealed class RedisProcess : IRedisServer
{
    private readonly string folder = Directory.CreateTempSubdirectory("safellm-redis-").FullName;
    private readonly string[] settings;
    private Process? process;

    private RedisProcess(int port, string[] settings)
    {
        Port = port;
        this.settings = settings;
    }

    /// <summary>Where redis-server is installed; null where it is not.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "redis-server"))
        .FirstOrDefault(File.Exists);

    public int Port { get; }

    public static async Task<RedisProcess> StartAsync(params string[] settings)
    {
        var server = new RedisProcess(FreePort.Take(), settings);
        await server.RunAsync();
        return server;
    }

    /// <summary>Starts it again on the same port and folder.</summary>
    public async Task RunAsync()
    {
        string[] arguments = ["--port", FormattableString.Invariant($"{Port}"), "--bind", "127.0.0.1", "--save", "", "--dir", folder, "--enable-debug-command", "local", .. settings];
        process = Process.Start(new ProcessStartInfo(Program!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        await WaitUntilItAnswersAsync();
    }

    /// <summary>Sends it one command and returns what it says.</summary>
    public async Task<string> SendAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port);
        var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(command + "\r\n"));
        var answer = new byte[16 << 10];
        var length = await stream.ReadAsync(answer);
        var said = System.Text.Encoding.ASCII.GetString(answer, 0, length);
        return said.StartsWith('-') ? throw new InvalidOperationException($"{command}: {said}") : said;
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Lets it stand still: connections stay, and nothing is answered. A kill ends it all the same.</summary>
    public async Task HaltAsync()
    {
        using var halting = Process.Start("kill", ["-STOP", FormattableString.Invariant($"{process!.Id}")]);
        await halting.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false }) await KillAsync();
        process?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task WaitUntilItAnswersAsync()
    {
        var give = Stopwatch.StartNew();
        while (give.Elapsed < TimeSpan.FromSeconds(20))
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", Port);
                var stream = client.GetStream();
                await stream.WriteAsync("PING\r\n"u8.ToArray());
                var answer = new byte[8];

                // One that wants a user first is up, too.
                if (await stream.ReadAsync(answer) > 0 && (answer.AsSpan().StartsWith("+PONG"u8) || answer.AsSpan().StartsWith("-NOAUTH"u8))) return;
            }
            catch (SocketException)
            {
                // Not listening yet.
            }

            await Task.Delay(10);
        }

        throw new InvalidOperationException("redis-server did not answer within 20 s.");
    }
}
