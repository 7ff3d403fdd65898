using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Tests.Ledgers;

/// <summary>
/// Many tasks hold, settle, release, extend and give up at the same limits while time passes, and others look: what is settled and
/// held together is at no observed instant above a cap. At the end every amount is where it belongs.
/// </summary>
public sealed class LedgerRace
{
    private readonly Limit[] limits =
    [
        Limit.Tokens(1_000).PerMinute(),
        Limit.Tokens(700).PerHour().For("user:1"),
        Limit.Requests(60).PerDay().For("user:2"),
        Limit.Dollars(2m).PerDay().For("key:k"),
        Limit.Tokens(9_000).PerMonth().For("tier:free"),
        Limit.ConcurrentCalls(7),
    ];

    // How far the clock may run on while an operation is under way. One that read it and lost its processor for longer than a window would
    // be a clock that stepped back by more: then what was charged ahead is another stretch's, and the sums here say nothing.
    private static readonly TimeSpan MostBehind = TimeSpan.FromSeconds(30);

    private readonly ConcurrentBag<(Hold Hold, int[] Limits, Amounts Charged)> charged = [];
    private readonly SafeLlmStores stores;
    private readonly FakeTimeProvider time;
    private readonly int seed;
    private readonly Lock clock = new();

    // The ticks at which each task's operation began; the last two are those who look.
    private readonly long[] begun;
    private int ids;
    private int looks;

    private LedgerRace(SafeLlmStores stores, FakeTimeProvider time, int seed, int tasks)
    {
        (this.stores, this.time, this.seed) = (stores, time, seed);
        begun = new long[tasks + 2];
        Array.Fill(begun, long.MaxValue);
    }

    private ILedger Ledger => stores.Ledger;

    /// <summary>Runs so many tasks with so many attempts each on new stores.</summary>
    /// <returns>How many holds were taken.</returns>
    /// <exception cref="LedgerMismatchException">A limit was passed, or an amount is lost or counted twice.</exception>
    public static async Task<int> RunAsync(int seed, int tasks, int attempts, Func<TimeProvider, ValueTask<SafeLlmStores>> open)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2027, 6, 16, 23, 50, 0, TimeSpan.Zero));
        using var stores = await open(time);
        var race = new LedgerRace(stores, time, seed, tasks);
        var working = Task.WhenAll(Enumerable.Range(0, tasks).Select(i => Task.Run(() => race.WorkAsync(i, new Random(HashCode.Combine(seed, i)), attempts))));
        await Task.WhenAll(Task.Run(() => race.LookUntilAsync(tasks, working)), Task.Run(() => race.LookUntilAsync(tasks + 1, working)), working);
        await race.CompareAsync();
        return race.charged.Count;
    }

    private async Task WorkAsync(int task, Random random, int attempts)
    {
        for (var i = 0; i < attempts; i++)
        {
            if (random.Next(20) == 0) Pass(TimeSpan.FromMilliseconds(random.Next(1, 20_000)));
            int[] chosen = [.. Enumerable.Range(0, limits.Length).Where(_ => random.Next(2) == 0)];
            var tokens = random.Next(1, 60);
            var amounts = new Amounts(tokens, tokens, new NanoUsd(tokens * 1_000_003L));
            var id = $"r{Interlocked.Increment(ref ids)}";
            var request = new HoldRequest(id, [.. chosen.Select(limit => limits[limit])], amounts, TimeSpan.FromMinutes(random.Next(1, 20)))
            {
                OnLeaseEnd = random.Next(4) == 0 ? LeaseEnd.Release : LeaseEnd.Charge,
            };
            if ((await DuringAsync(task, () => Ledger.HoldAsync(request, default))).Hold is not { } hold) continue;
            if (random.Next(4) == 0) await DuringAsync(task, () => Ledger.HoldAsync(request, default));
            await Task.Yield();
            charged.Add((hold, chosen, await CloseAsync(task, random, request, amounts)));
        }
    }

    private async Task<Amounts> CloseAsync(int task, Random random, HoldRequest request, Amounts amounts)
    {
        var id = request.OperationId;
        var nothing = new Amounts(0, 0, NanoUsd.Zero, 0);
        if (random.Next(8) == 0)
        {
            var lease = TimeSpan.FromMinutes(random.Next(1, 30));
            await DuringAsync(task, () => Ledger.ExtendAsync(id, lease, default));
        }

        switch (random.Next(8))
        {
            case 0:
                // Its owner died.
                return request.OnLeaseEnd == LeaseEnd.Charge ? amounts : nothing;
            case 1:
                Found(await DuringAsync(task, () => Ledger.ReleaseAsync(id, default)), id);
                return nothing;
            default:
                var part = random.Next(0, 101);
                var actual = new Amounts(amounts.InputTokens * part / 100, amounts.OutputTokens * part / 100, new NanoUsd(amounts.Cost.Value * part / 100));

                // Whoever said that nothing is sent does not settle; if its lease ends first, that would be an overrun.
                if (request.OnLeaseEnd == LeaseEnd.Release) goto case 1;
                var settled = await DuringAsync(task, () => Ledger.SettleAsync(id, actual, default));
                Found(settled.Found, id);
                if (settled.IsOverrun) throw new LedgerMismatchException($"seed {seed}: {id} was settled within its hold and flagged as an overrun");
                return actual;
        }
    }

    private async ValueTask<T> DuringAsync<T>(int task, Func<ValueTask<T>> operation)
    {
        Volatile.Write(ref begun[task], time.GetUtcNow().UtcTicks);
        try
        {
            return await operation();
        }
        finally
        {
            Volatile.Write(ref begun[task], long.MaxValue);
        }
    }

    private void Pass(TimeSpan step)
    {
        lock (clock)
        {
            var earliest = long.MaxValue;
            for (var task = 0; task < begun.Length; task++) earliest = Math.Min(earliest, Volatile.Read(ref begun[task]));
            if (earliest == long.MaxValue || time.GetUtcNow().UtcTicks + step.Ticks - earliest <= MostBehind.Ticks) time.Advance(step);
        }
    }

    private async Task LookUntilAsync(int task, Task over)
    {
        while (!over.IsCompleted)
        {
            foreach (var state in await DuringAsync(task, () => Ledger.ReadAsync(limits, default)))
            {
                if (state.Spent < 0 || state.Held < 0 || state.Spent + state.Held > state.Limit.Cap) throw new LedgerMismatchException($"seed {seed}: {state}");
            }

            Interlocked.Increment(ref looks);
            await Task.Yield();
        }
    }

    private async Task CompareAsync()
    {
        time.Advance(TimeSpan.FromHours(1));
        var now = time.GetUtcNow();
        if (await Ledger.CountHoldsAsync(default) is var open and not 0) throw new LedgerMismatchException($"seed {seed}: {open} holds are open after their leases");
        var states = await Ledger.ReadAsync(limits, default);
        for (var i = 0; i < limits.Length; i++)
        {
            var spent = charged.Where(one => one.Limits.Contains(i) && Counts(limits[i].Window, one.Hold.TakenAt, now)).Sum(one => one.Charged.In(limits[i].Dimension));
            if ((states[i].Spent, states[i].Held) != (spent, 0)) throw new LedgerMismatchException($"seed {seed}: {spent} was settled at \"{limits[i]}\", and it says {states[i].Spent} spent and {states[i].Held} held");
        }

        if (looks == 0 || charged.IsEmpty) throw new LedgerMismatchException($"seed {seed}: nobody looked, or nothing was held");
    }

    private void Found(bool isFound, string id)
    {
        if (!isFound) throw new LedgerMismatchException($"seed {seed}: the ledger does not know {id}");
    }

    private static bool Counts(Window? window, DateTimeOffset at, DateTimeOffset now) => window switch
    {
        CalendarWindow calendar => calendar.SpanAt(at) == calendar.SpanAt(now),
        RollingWindow rolling => rolling.BucketAt(now) - rolling.BucketAt(at) <= RollingWindow.Buckets,
        _ => false,
    };
}
