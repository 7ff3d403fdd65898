using SafeLlm.Benchmarks.Verifier;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>
/// What verifying costs the server, in its own processor time: signed calls beside JWT bearer authentication on the same endpoint, and
/// refusals beside a bare 401 to the same requests. All kinds in turn, many rounds, medians; requests are made before each round.
/// </summary>
internal sealed class VerifierArea : ICompareArea
{
    private const int WarmUps = 5;
    private const int Rounds = 21;

    public string Name => "verifier";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        await using var server = await ServerProcess.StartAsync();
        var loads = new VerifierLoads(server);
        var times = VerifierLoads.Kinds.ToDictionary(kind => kind, _ => new List<double>(), StringComparer.Ordinal);
        for (var round = -WarmUps; round < Rounds; round++)
        {
            foreach (var kind in round % 2 == 0 ? VerifierLoads.Kinds : VerifierLoads.Kinds.Reverse())
            {
                var time = await loads.RunAsync(kind);
                if (round >= 0) times[kind].Add(time);
            }

            // The compiler's background thread waits for a pause.
            if (round < 0) await Task.Delay(300);
        }

        yield return Of(times, "signed-by-jwt", "signed", "jwt") with { AtMost = 1.00 };
        yield return Of(times, "replayed-by-accepted", "replayed", "signed") with { AtMost = 1.00 };
        // The rate at which a core answers is the inverse of its time.
        yield return Of(times, "unsigned-by-bare-401", "bare401", "unsigned") with { AtLeast = 0.90 };
        yield return Of(times, "malformed-by-bare-401", "bare401-signed", "malformed") with { AtLeast = 0.90 };
        yield return Of(times, "stale-by-bare-401", "bare401-signed", "stale") with { AtLeast = 0.90 };
        yield return Of(times, "locked-out-by-bare-401", "bare401-signed", "locked-out") with { AtLeast = 0.90 };
        yield return Of(times, "forged-by-bare-401", "bare401-signed", "forged") with { AtLeast = 0.80 };

        // Printed without a target: what all of it costs, and what a bare endpoint does.
        yield return Of(times, "signed-by-bare", "signed", "bare");
        yield return Of(times, "jwt-by-bare", "jwt", "bare");
        yield return Of(times, "whole-chat-pipeline-by-jwt", "chat", "jwt");
        foreach (var (kind, values) in times) yield return new Figure($"verifier.microseconds.{kind}", Median(values));
    }

    private static Figure Of(Dictionary<string, List<double>> times, string name, string ours, string theirs) =>
        new($"verifier.{name}", Median([.. times[ours].Zip(times[theirs], (our, their) => our / their)]));

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
