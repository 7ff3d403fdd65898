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
    public string Name => "server";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        await using var server = await ServerProcess.StartAsync(TierServer.Command);
        var loads = new TierLoads(server);
        var times = await ServerTimes.MeasureAsync(Name, TierLoads.Kinds, loads.RunAsync);
        yield return times.Of("tiers-by-jwt-and-rate-limiter", "tiers", "jwt-limited") with { AtMost = 1.00 };
        // The rate at which a core answers is the inverse of its time.
        yield return times.Of("rate-by-bare-echo", "echo", "tiers") with { AtLeast = 0.70 };
        yield return times.Of("over-limit-by-bare-401", "bare401", "over-limit") with { AtLeast = 0.80 };
        foreach (var figure in times.Medians) yield return figure;
    }
}
