using System.Diagnostics;
using System.Globalization;
using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Crash;

/// <summary>Processes that race for one cap on one file.</summary>
public static class Racer
{
    private const int Callers = 4;

    /// <summary>The cap that is raced for.</summary>
    public static Limit Cap { get; } = Limit.Requests(500).PerDay();

    /// <summary>The one instant of all of them.</summary>
    public static DateTimeOffset Instant => FixedClock.Instant;

    /// <summary>One process: takes single requests until there are none, then settles each of its holds. Says how many it had and the most that it saw counted.</summary>
    internal static async Task RunAsync(string path, int number)
    {
        using var ledger = new SqliteLedger(path, new FixedClock());
        Console.WriteLine("ready");
        _ = Console.ReadLine();
        var taken = new List<string>();
        var most = 0L;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{number}.{caller}.{i}");
                if ((await ledger.HoldAsync(new HoldRequest(id, [Cap], new Amounts(0, 0, default), TimeSpan.FromHours(1)), CancellationToken.None)).Outcome != HoldOutcome.Held) return;
                lock (taken) taken.Add(id);
                var state = (await ledger.ReadAsync([Cap], CancellationToken.None))[0];
                lock (taken) most = Math.Max(most, state.Spent + state.Held);
            }
        })));
        foreach (var id in taken) await ledger.SettleAsync(id, new Amounts(1, 1, default), CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{taken.Count} {most}"));
    }

    /// <summary>One process: takes one hold after the other until it is told to stop, and says so each time.</summary>
    internal static async Task TakeTurnsAsync(string path, int number)
    {
        using var ledger = new SqliteLedger(path, new FixedClock());
        // The first turn compiles all that a turn needs. On a busy machine that takes seconds, in which the others have every turn: who is not yet
        // there cannot be kept waiting, and whether those who are take turns is the question.
        await TakeTurnAsync(ledger, number, 0);
        Console.WriteLine("ready");
        _ = Console.ReadLine();
        var stop = Task.Run(Console.In.ReadLineAsync);
        for (var i = 1; !stop.IsCompleted; i++)
        {
            await TakeTurnAsync(ledger, number, i);
            Console.WriteLine("had");
        }
    }

    private static async Task TakeTurnAsync(SqliteLedger ledger, int number, int turn)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{number}.{turn}");
        await ledger.HoldAsync(new HoldRequest(id, [Limit.Requests(1_000_000).PerDay()], new Amounts(0, 0, default), TimeSpan.FromHours(1)), CancellationToken.None);
    }

    /// <summary>Lets processes take holds as fast as they can until they have so many together. How many each had by then.</summary>
    public static async Task<int[]> ShareAsync(string path, int processes, int together)
    {
        var takers = new List<Process>();
        try
        {
            for (var i = 0; i < processes; i++) takers.Add(Start("turns", path, i));
            foreach (var taker in takers) _ = await taker.StandardOutput.ReadLineAsync();
            foreach (var taker in takers) await taker.StandardInput.WriteLineAsync();
            var counts = new int[processes];
            var all = 0;
            var enough = new TaskCompletionSource();
            var readers = takers.Select((taker, i) => Task.Run(async () =>
            {
                while (!enough.Task.IsCompleted && await taker.StandardOutput.ReadLineAsync() is not null)
                {
                    counts[i]++;
                    if (Interlocked.Increment(ref all) == together) enough.SetResult();
                }
            })).ToArray();
            await enough.Task;
            var had = counts.ToArray();
            foreach (var taker in takers) await taker.StandardInput.WriteLineAsync();
            await Task.WhenAll(readers);
            return had;
        }
        finally
        {
            foreach (var taker in takers)
            {
                taker.Kill();
                taker.Dispose();
            }
        }
    }

    /// <summary>Lets processes race. How many requests each had, and the most that any of them saw counted.</summary>
    public static async Task<(int[] Taken, long Most)> RaceAsync(string path, int processes)
    {
        var racers = new List<Process>();
        try
        {
            for (var i = 0; i < processes; i++)
            {
                racers.Add(Start("race", path, i));
            }

            foreach (var racer in racers) _ = await racer.StandardOutput.ReadLineAsync();
            foreach (var racer in racers) await racer.StandardInput.WriteLineAsync();
            var lines = await Task.WhenAll(racers.Select(racer => racer.StandardOutput.ReadLineAsync()));
            var words = lines.Select(line => (line ?? throw new InvalidOperationException("A racer died.")).Split(' ')).ToArray();
            return ([.. words.Select(word => int.Parse(word[0], CultureInfo.InvariantCulture))], words.Max(word => long.Parse(word[1], CultureInfo.InvariantCulture)));
        }
        finally
        {
            foreach (var racer in racers)
            {
                if (!racer.HasExited) racer.Kill();
                racer.Dispose();
            }
        }
    }

    private static Process Start(string what, string path, int number) => Process.Start(new ProcessStartInfo("dotnet")
    {
        ArgumentList = { typeof(Racer).Assembly.Location, what, path, number.ToString(CultureInfo.InvariantCulture) },
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}
