using System.Diagnostics;
using System.Globalization;
using System.Threading.RateLimiting;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>
/// The ledger in memory beside the framework's token buckets, which take permits and can give nothing back. Ours takes a hold at
/// three limits of one user and settles it at less.
/// </summary>
internal static class MemoryFigures
{
    private const int Users = 512;
    private const int Counters = 100_000;
    private const int Ids = 1 << 18;
    private static readonly string[] Names = [.. Enumerable.Range(0, Users).Select(i => $"user:{i}")];
    private static readonly Limit[] Tier = [Limit.Requests(1L << 50).PerMinute(), Limit.Tokens(1L << 50).PerDay(), Limit.Dollars(9_000_000m).PerDay()];
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly string[] Operations = [.. Enumerable.Range(0, Ids).Select(i => $"call-7f3c9a52e1d84b06.{i}")];

    public static async IAsyncEnumerable<Figure> MeasureAsync()
    {
        yield return new Figure("ledger.memory-hold-and-settle-at-3-limits", await Duel.RatioAsync(Ours(), Partitioned())) { AtMost = 1 };
        yield return new Figure("ledger.memory-hold-and-settle-by-3-chained-buckets-without-keys", await Duel.RatioAsync(Ours(), Chained()));
        yield return new Figure("ledger.memory-two-threads-by-one", await ThreadsAsync()) { AtLeast = 1 };
        yield return new Figure("ledger.memory-bytes-a-calendar-counter", BytesPerCounter(Limit.Tokens(1L << 40).PerDay())) { AtMost = 150 };
        yield return new Figure("ledger.memory-bytes-a-rolling-counter", BytesPerCounter(Limit.Tokens(1L << 40).PerHour())) { AtMost = 450 };
    }

    /// <summary>Hold and settle alone, to profile them.</summary>
    public static void Drive(TimeSpan time)
    {
        var run = Ours();
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time;)
        {
            for (var i = 0; i < Ids; i++) run();
        }
    }

    private static Action Ours()
    {
        var ledger = new InMemoryLedger(TimeProvider.System);
        var limits = Enumerable.Range(0, Users).Select(LimitsOf).ToArray();
        var next = 0;
        return () =>
        {
            // An id is used once; the caller's own cost of making one is not the ledger's.
            if (next == Ids) (ledger, next) = (new InMemoryLedger(TimeProvider.System), 0);
            HoldAndSettle(ledger, Operations[next], limits[next++ % Users]);
        };
    }

    private static Action Partitioned()
    {
        var limiter = PartitionedRateLimiter.CreateChained(Buckets(), Buckets(), Buckets());
        var next = 0;
        return () =>
        {
            using var lease = limiter.AttemptAcquire(Names[next++ % Users]);
            if (!lease.IsAcquired) throw new InvalidOperationException("The bucket is empty.");
        };
    }

    private static Action Chained()
    {
        var limiter = RateLimiter.CreateChained(Bucket(), Bucket(), Bucket());
        return () =>
        {
            using var lease = limiter.AttemptAcquire();
            if (!lease.IsAcquired) throw new InvalidOperationException("The bucket is empty.");
        };
    }

    /// <summary>What two threads on scopes of their own do together, by what one does; the median of many short rounds, each taken in turn.</summary>
    private static async Task<double> ThreadsAsync()
    {
        const int rounds = 61;
        var ledger = new InMemoryLedger(TimeProvider.System);
        Limit[][] limits = [LimitsOf(1), LimitsOf(2)];
        var turn = 0;
        await RunAsync(1);
        await RunAsync(2);
        var ratios = new double[rounds];
        for (var i = 0; i < rounds; i++)
        {
            var (one, two) = i % 2 == 0 ? (await RunAsync(1), await RunAsync(2)) : Swap(await RunAsync(2), await RunAsync(1));
            ratios[i] = two / one;
        }

        Array.Sort(ratios);
        return ratios[rounds / 2];

        static (double, double) Swap(double two, double one) => (one, two);

        async Task<double> RunAsync(int threads)
        {
            var done = new long[threads];
            var round = Interlocked.Increment(ref turn);
            var time = TimeSpan.FromMilliseconds(60);
            await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(() => done[thread] = Work(ledger, limits[thread], $"{round}.{thread}.", time), TaskCreationOptions.LongRunning)));
            return done.Sum();
        }
    }

    private static long Work(InMemoryLedger ledger, Limit[] limits, string prefix, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var count = 0;
        for (; Stopwatch.GetElapsedTime(start) < time; count++) HoldAndSettle(ledger, prefix + count.ToString(CultureInfo.InvariantCulture), limits);
        return count;
    }

    /// <summary>What a counter takes while it counts, beside the scope's own text, which belongs to whoever named it.</summary>
    private static double BytesPerCounter(Limit limit)
    {
        var limits = Enumerable.Range(0, Counters).Select(i => new[] { limit.For($"user:{i}") }).ToArray();
        return (double)(BytesAfter(i => limits[i]) - BytesAfter(_ => limits[0])) / (Counters - 1);
    }

    private static long BytesAfter(Func<int, Limit[]> limitsOf)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var ledger = new InMemoryLedger(TimeProvider.System);
        for (var i = 0; i < Counters; i++) HoldAndSettle(ledger, Operations[i], limitsOf(i));
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(ledger);
        return bytes;
    }

    private static PartitionedRateLimiter<string> Buckets() => PartitionedRateLimiter.Create<string, string>(user => RateLimitPartition.GetTokenBucketLimiter(user, _ => Full()));

    private static TokenBucketRateLimiter Bucket() => new(Full());

    private static TokenBucketRateLimiterOptions Full() => new()
    {
        TokenLimit = int.MaxValue,
        TokensPerPeriod = int.MaxValue,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1),
        AutoReplenishment = false,
    };

    // As a tier makes them: one window for all, one scope for each.
    private static Limit[] LimitsOf(int user) => [.. Tier.Select(limit => limit.For(Names[user]))];

    private static void HoldAndSettle(InMemoryLedger ledger, string id, Limit[] limits)
    {
        var held = ledger.HoldAsync(new HoldRequest(id, limits, new Amounts(100, 50, new NanoUsd(1_000)), Lease), CancellationToken.None);
        if (!held.IsCompletedSuccessfully || held.Result.Hold is null) throw new InvalidOperationException("There is no room.");
        var settled = ledger.SettleAsync(id, new Amounts(90, 20, new NanoUsd(600)), CancellationToken.None);
        if (!settled.IsCompletedSuccessfully || !settled.Result.Found) throw new InvalidOperationException("The hold is gone.");
    }
}
