using System.Diagnostics;
using System.Globalization;

namespace SafeLlm.Benchmarks.Verifier;

/// <summary>The server in a process of its own, and what processor time it has used.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, int port, int strictPort)
    {
        this.process = process;
        Port = port;
        StrictPort = strictPort;
    }

    public int Port { get; }

    /// <summary>The same server, but for a verifier that locks networks out at once.</summary>
    public int StrictPort { get; }

    /// <summary>From /proc/PID/stat: in steps of 10 ms, so that a round should take much more.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static async Task<ServerProcess> StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Run by the host itself, the program is its first argument.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(ServerProcess).Assembly.Location);
        start.ArgumentList.Add(VerifierServer.Command);
        var process = Process.Start(start)!;
        var ports = (await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.")).Split(' ');
        return new ServerProcess(process, int.Parse(ports[0], CultureInfo.InvariantCulture), int.Parse(ports[1], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
