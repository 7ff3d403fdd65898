using SafeLlm.Benchmarks.Server;
using SafeLlm.Benchmarks.Verifier;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>
/// What a 2 KB chat request costs the server in its own processor time, with signature, replay, every limit of a tier in memory and the quote by its
/// first stage: beside JWT bearer authentication with the framework's rate limiter, beside the bare endpoint, and, where a limit is full, beside a
/// bare 401. All kinds in turn, many rounds, medians.
/// </summary>
internal sealed class ServerArea : ICompareArea
{
    private const int WarmUps = 5;
    private const int Rounds = 21;

    public string Name => "server";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        await using var server = await ServerProcess.StartAsync(TierServer.Command);
        var loads = new TierLoads(server);
        var times = TierLoads.Kinds.ToDictionary(kind => kind, _ => new List<double>(), StringComparer.Ordinal);
        for (var round = -WarmUps; round < Rounds; round++)
        {
            foreach (var kind in round % 2 == 0 ? TierLoads.Kinds : TierLoads.Kinds.Reverse())
            {
                var time = await loads.RunAsync(kind);
                if (round >= 0) times[kind].Add(time);
            }

            // The compiler's background thread waits for a pause.
            if (round < 0) await Task.Delay(300);
        }

        yield return Of(times, "tiers-by-jwt-and-rate-limiter", "tiers", "jwt-limited") with { AtMost = 1.00 };
        // The rate at which a core answers is the inverse of its time.
        yield return Of(times, "rate-by-bare-echo", "echo", "tiers") with { AtLeast = 0.70 };
        yield return Of(times, "over-limit-by-bare-401", "bare401", "over-limit") with { AtLeast = 0.80 };
        foreach (var (kind, values) in times) yield return new Figure($"server.microseconds.{kind}", Median(values));
    }

    private static Figure Of(Dictionary<string, List<double>> times, string name, string ours, string theirs) =>
        new($"server.{name}", Median([.. times[ours].Zip(times[theirs], (our, their) => our / their)]));

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
