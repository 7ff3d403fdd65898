using System.Diagnostics;
using System.Globalization;

namespace SafeLlm.Benchmarks.Sqlite;

/// <summary>One of several processes on one file: <c>store-worker ours|bare FILE NUMBER MILLISECONDS</c>. It waits for a line, works, and prints how often it came through and its longest wait.</summary>
internal static class StoreWorker
{
    private static readonly TimeSpan Contended = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(string kind, string path, int number, int milliseconds)
    {
        using var ours = kind == "ours" ? new StoreCaller(path, number) : null;
        using var bare = kind == "bare" ? new BareCommit(path, number) : null;
        Func<Task> run = ours is not null ? ours.HoldAsync : () =>
        {
            bare!.Run();
            return Task.CompletedTask;
        };
        for (var i = 0; i < 300; i++) await run();
        await Console.Out.WriteLineAsync("ready");
        _ = await Console.In.ReadLineAsync();

        // Who is alone never waits for another: what it takes to do so is compiled in the race itself.
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Contended;) await run();

        var (count, longest) = (0, 0.0);
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds;)
        {
            var before = Stopwatch.GetTimestamp();
            await run();
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(before).TotalSeconds);
            count++;
        }

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count} {longest:R}"));
        return 0;
    }

    /// <summary>Runs several at once: how often each came through, and the longest wait of all in seconds.</summary>
    public static async Task<(int[] Counts, double LongestWait)> RaceAsync(string kind, string path, int processes, TimeSpan time)
    {
        var workers = new List<Process>();
        try
        {
            for (var i = 1; i <= processes; i++)
            {
                // Compiled once and at its best: four compilers in the background take the two processors from whoever has the file.
                var worker = OwnProgram.With("store-worker", kind, path, i.ToString(CultureInfo.InvariantCulture), time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
                worker.Environment["DOTNET_TieredCompilation"] = "0";
                workers.Add(Process.Start(worker)!);
            }

            foreach (var worker in workers) _ = await worker.StandardOutput.ReadLineAsync();
            foreach (var worker in workers) await worker.StandardInput.WriteLineAsync("go");
            var lines = await Task.WhenAll(workers.Select(worker => worker.StandardOutput.ReadLineAsync()));
            var told = lines.Select(line => (line ?? throw new InvalidOperationException("A worker died.")).Split(' ')).ToArray();
            return ([.. told.Select(words => int.Parse(words[0], CultureInfo.InvariantCulture))], told.Max(words => double.Parse(words[1], CultureInfo.InvariantCulture)));
        }
        finally
        {
            foreach (var worker in workers)
            {
                if (!worker.HasExited) worker.Kill();
                worker.Dispose();
            }
        }
    }
}
