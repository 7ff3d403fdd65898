using SafeLlm.Benchmarks.Verifier;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>
/// What verifying costs the server, in its own processor time: signed calls beside JWT bearer authentication on the same endpoint, and
/// refusals beside a bare 401 to the same requests. All kinds in turn, many rounds, medians; requests are made before each round.
/// </summary>
internal sealed class VerifierArea : ICompareArea
{
    public string Name => "verifier";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        await using var server = await ServerProcess.StartAsync();
        var loads = new VerifierLoads(server);
        var times = await ServerTimes.MeasureAsync(Name, VerifierLoads.Kinds, loads.RunAsync);
        yield return times.Of("signed-by-jwt", "signed", "jwt") with { AtMost = 1.00 };
        yield return times.Of("replayed-by-accepted", "replayed", "signed") with { AtMost = 1.00 };
        // The rate at which a core answers is the inverse of its time.
        yield return times.Of("unsigned-by-bare-401", "bare401", "unsigned") with { AtLeast = 0.90 };
        yield return times.Of("malformed-by-bare-401", "bare401-signed", "malformed") with { AtLeast = 0.90 };
        yield return times.Of("stale-by-bare-401", "bare401-signed", "stale") with { AtLeast = 0.90 };
        yield return times.Of("locked-out-by-bare-401", "bare401-signed", "locked-out") with { AtLeast = 0.90 };
        yield return times.Of("forged-by-bare-401", "bare401-signed", "forged") with { AtLeast = 0.80 };

        // Printed without a target: what all of it costs, and what a bare endpoint does.
        yield return times.Of("signed-by-bare", "signed", "bare");
        yield return times.Of("jwt-by-bare", "jwt", "bare");
        yield return times.Of("whole-chat-pipeline-by-jwt", "chat", "jwt");
        foreach (var figure in times.Medians) yield return figure;
    }
}
