using System.Diagnostics;
using System.Globalization;

namespace SafeLlm.Benchmarks.Verifier;

/// <summary>The server in a process of its own, and what processor time it has used.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, int[] ports)
    {
        this.process = process;
        Port = ports[0];
        StrictPort = ports[1];
        JwtPort = ports[2];
    }

    public int Port { get; }

    /// <summary>The same server, but for a verifier that locks networks out at once.</summary>
    public int StrictPort { get; }

    /// <summary>The same endpoint behind JWT bearer authentication.</summary>
    public int JwtPort { get; }

    public int Id => process.Id;

    /// <summary>
    /// How long each thread has run, in nanoseconds, from /proc/PID/task/TID/schedstat: /proc/PID/stat counts in steps of 10 ms, which a
    /// round would have to be much longer than.
    /// </summary>
    public Dictionary<string, long> ReadProcessorTimes()
    {
        var times = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{process.Id}/task"))
        {
            try
            {
                times[thread] = long.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }

        return times;
    }

    public static TimeSpan Since(Dictionary<string, long> before, Dictionary<string, long> after) =>
        TimeSpan.FromMicroseconds(after.Sum(thread => thread.Value - before.GetValueOrDefault(thread.Key)) / 1000.0);

    /// <summary>All bytes it has allocated.</summary>
    public async Task<long> AllocatedAsync() => long.Parse(await AskAsync(ServerQuestions.Allocated), CultureInfo.InvariantCulture);

    /// <summary>One line for one of <see cref="ServerQuestions"/>.</summary>
    public async Task<string> AskAsync(string question)
    {
        await process.StandardInput.WriteLineAsync(question);
        await process.StandardInput.FlushAsync();
        return await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server has ended.");
    }

    public static async Task<ServerProcess> StartAsync(string command = VerifierServer.Command)
    {
        var process = Process.Start(OwnProgram.With(command))!;
        var ports = (await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.")).Split(' ');
        return new ServerProcess(process, [.. ports.Select(port => int.Parse(port, CultureInfo.InvariantCulture))]);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
