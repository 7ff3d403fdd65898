using System.Diagnostics;
using SafeLlm.Benchmarks.Compare;

namespace SafeLlm.Benchmarks.Sqlite;

/// <summary>The ledger in a file beside bare durable commits on the same disk; a part of <c>compare ledger</c>.</summary>
internal static class StoreFigures
{
    private const int Callers = 64;
    private const int Processes = 4;
    private const int Rounds = 15;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Race = TimeSpan.FromSeconds(5);

    public static async IAsyncEnumerable<Figure> MeasureAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "ledger-" + Guid.NewGuid().ToString("N"))).FullName;
        try
        {
            var store = Path.Combine(folder, "store.db");
            var rows = Path.Combine(folder, "rows.db");
            double commit, longestCommit;
            using (var ours = new StoreCaller(store))
            using (var bare = new BareCommit(rows))
            {
                yield return new Figure("ledger.sqlite-durable-hold", await Duel.RatioAsync(ours.HoldAsync, () => Run(bare))) { AtMost = 1.5 };
                (var rate, commit, longestCommit) = await GroupAsync(ours, bare);
                yield return new Figure("ledger.sqlite-rate-of-64-callers", rate) { AtLeast = 5 };
            }

            var (counts, longest) = await StoreWorker.RaceAsync("ours", store, Processes, Race);
            var (bareCounts, bareLongest) = await StoreWorker.RaceAsync("bare", rows, Processes, Race);
            yield return new Figure("ledger.sqlite-4-processes-slowest-share", Share(counts)) { AtLeast = 0.5 };
            yield return new Figure("ledger.sqlite-4-processes-longest-wait-in-commits", longest / commit) { AtMost = 100 };

            // For the eye: what the disk itself does to one who is alone, and what SQLite alone does to four.
            yield return new Figure("ledger.bare-commit-longest-in-commits", longestCommit / commit);
            yield return new Figure("ledger.bare-sqlite-4-processes-slowest-share", Share(bareCounts));
            yield return new Figure("ledger.bare-sqlite-4-processes-longest-wait-in-commits", bareLongest / commit);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Share(int[] counts) => counts.Min() * counts.Length / (double)counts.Sum();

    private static Task Run(BareCommit bare)
    {
        bare.Run();
        return Task.CompletedTask;
    }

    // Our rate by the bare one; and in seconds the median of the rounds' mean bare commits, and the longest one.
    private static async Task<(double Ratio, double Commit, double Longest)> GroupAsync(StoreCaller ours, BareCommit bare)
    {
        var ratios = new double[Rounds];
        var commits = new double[Rounds];
        var longest = 0.0;
        for (var i = 0; i < Rounds; i++)
        {
            var rate = await RateAsync(ours);
            var (count, start) = (0, Stopwatch.GetTimestamp());
            while (Stopwatch.GetElapsedTime(start) < Round)
            {
                var before = Stopwatch.GetTimestamp();
                bare.Run();
                longest = Math.Max(longest, Stopwatch.GetElapsedTime(before).TotalSeconds);
                count++;
            }

            commits[i] = Stopwatch.GetElapsedTime(start).TotalSeconds / count;
            ratios[i] = rate * commits[i];
        }

        Array.Sort(ratios);
        Array.Sort(commits);
        return (ratios[Rounds / 2], commits[Rounds / 2], longest);
    }

    private static async Task<double> RateAsync(StoreCaller ours)
    {
        var (count, start) = (0, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(start) < Round)
            {
                await ours.HoldAsync();
                Interlocked.Increment(ref count);
            }
        })));
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
