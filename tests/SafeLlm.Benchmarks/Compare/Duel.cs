using System.Diagnostics;
using System.Runtime;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>
/// Runs ours and the peer's in turn, in many short rounds, and takes the median of the rounds' ratios: what else the machine
/// does meanwhile falls on both alike.
/// </summary>
internal static class Duel
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(2);

    /// <summary>Ours by the peer's, in time.</summary>
    public static Task<double> RatioAsync(Action ours, Action peer, int rounds = 401) =>
        RatioAsync(Repeat(ours), Repeat(peer), rounds);

    /// <summary>Ours by the peer's, in time.</summary>
    public static Task<double> RatioAsync(Func<Task> ours, Func<Task> peer, int rounds = 401) =>
        RatioAsync(Repeat(ours), Repeat(peer), rounds);

    // While other work takes the processors, the compiler needs many seconds to replace the first code: measured until it has been quiet.
    private static async Task<double> RatioAsync(Func<int, Task> ours, Func<int, Task> peer, int rounds)
    {
        var (ourCount, peerCount) = (await WarmUpAsync(ours), await WarmUpAsync(peer));
        var ratios = new double[rounds];
        for (var i = 0; i < rounds; i++)
        {
            double our, their;
            if (i % 2 == 0)
            {
                our = await TimeAsync(ours, ourCount);
                their = await TimeAsync(peer, peerCount);
            }
            else
            {
                their = await TimeAsync(peer, peerCount);
                our = await TimeAsync(ours, ourCount);
            }

            ratios[i] = our / ourCount / (their / peerCount);
        }

        Array.Sort(ratios);
        return ratios[rounds / 2];
    }

    /// <summary>Runs until the optimised code is in place, and finds how many calls fill a round.</summary>
    private static async Task<int> WarmUpAsync(Func<int, Task> run)
    {
        var start = Stopwatch.GetTimestamp();
        var count = 1;
        var (compiled, since) = (JitInfo.GetCompiledMethodCount(), start);
        while (Stopwatch.GetElapsedTime(start) < WarmUp || (Stopwatch.GetElapsedTime(since) < Settled && Stopwatch.GetElapsedTime(start) < LongestWarmUp))
        {
            if (JitInfo.GetCompiledMethodCount() is var now && now > compiled) (compiled, since) = (now, Stopwatch.GetTimestamp());

            var elapsed = await TimeAsync(run, count);
            if (elapsed < Round.TotalSeconds) count = Math.Max(count + 1, (int)(count * Math.Min(2, Round.TotalSeconds / elapsed)));

            // The compiler's background thread waits for a pause before it replaces the first code.
            await Task.Delay(10);
        }

        return Math.Max(1, (int)(count * Round.TotalSeconds / await TimeAsync(run, count)));
    }

    private static async Task<double> TimeAsync(Func<int, Task> run, int count)
    {
        var start = Stopwatch.GetTimestamp();
        await run(count);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Func<int, Task> Repeat(Action action) => count =>
    {
        for (var i = 0; i < count; i++) action();
        return Task.CompletedTask;
    };

    private static Func<int, Task> Repeat(Func<Task> action) => async count =>
    {
        for (var i = 0; i < count; i++) await action();
    };
}
