using System.Diagnostics;
using System.Globalization;

namespace SafeLlm.Sqlite.Crash;

/// <summary>Starts workers on one file, kills them with SIGKILL at a random moment, and looks at what they left; again and again.</summary>
public sealed class Killing(string path, int seed, int workers)
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private readonly Random random = new(seed);
    private readonly Told told = new();
    private int started;

    /// <summary>How many processes were killed so far.</summary>
    public int Kills { get; private set; }

    /// <summary>One round.</summary>
    /// <exception cref="InvalidOperationException">The file is not what it must be.</exception>
    public async Task RoundAsync()
    {
        var processes = new List<Process>();
        var readers = new List<Task>();
        try
        {
            for (var i = 0; i < workers; i++)
            {
                var ready = new TaskCompletionSource();
                var process = Start(++started, random.Next());
                processes.Add(process);
                readers.Add(Task.Run(() => ReadAsync(process, ready)));
                await ready.Task.WaitAsync(StartTime);
            }

            // One after the other, so that some die beside living ones.
            foreach (var process in processes)
            {
                await Task.Delay(random.Next(40));
                process.Kill();
                Kills++;
            }

            await Task.WhenAll(readers);
        }
        finally
        {
            foreach (var process in processes)
            {
                if (!process.HasExited) process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }
        }

        await new Inspection(path, told).RunAsync();
    }

    private Process Start(int number, int workerSeed) => Process.Start(new ProcessStartInfo("dotnet")
    {
        ArgumentList = { typeof(Killing).Assembly.Location, "worker", path, number.ToString(CultureInfo.InvariantCulture), workerSeed.ToString(CultureInfo.InvariantCulture) },
        RedirectStandardOutput = true,
    })!;

    private async Task ReadAsync(Process process, TaskCompletionSource ready)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready") ready.SetResult();
            else told.Add(line);
        }

        _ = ready.TrySetException(new InvalidOperationException("A worker died before it was ready."));
    }
}
