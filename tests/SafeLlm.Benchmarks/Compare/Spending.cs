namespace SafeLlm.Benchmarks.Compare;

/// <summary>What a piece of work takes besides time, beside a peer's in the same run.</summary>
internal static class Spending
{
    /// <summary>Our CPU by the peer's: the median over rounds of one run each, in turn. Each run must last far above the clock's tick.</summary>
    public static async Task<double> CpuRatioAsync(Func<Task> ours, Func<Task> peer, int rounds = 31)
    {
        for (var i = 0; i < 8; i++)
        {
            await ours();
            await peer();
        }

        var ratios = new double[rounds];
        for (var i = 0; i < rounds; i++)
        {
            var (first, second) = i % 2 == 0 ? (ours, peer) : (peer, ours);
            var (a, b) = (await CpuAsync(first), await CpuAsync(second));
            ratios[i] = i % 2 == 0 ? a / b : b / a;
        }

        Array.Sort(ratios);
        return ratios[rounds / 2];
    }

    /// <summary>Bytes that one run allocates, on all threads: the least of several, as others may allocate meanwhile.</summary>
    public static async Task<long> BytesAsync(Func<Task> run, int runs)
    {
        for (var i = 0; i < runs; i++) await run();
        var least = long.MaxValue;
        for (var round = 0; round < 9; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < runs; i++) await run();
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / runs);
        }

        return least;
    }

    private static async Task<double> CpuAsync(Func<Task> run)
    {
        var before = Environment.CpuUsage.TotalTime;
        await run();
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }
}
