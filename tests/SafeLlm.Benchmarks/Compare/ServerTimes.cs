using SafeLlm.Benchmarks.Verifier;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>What a request costs a server, by kind of load, over many rounds.</summary>
internal sealed class ServerTimes
{
    private const int WarmUps = 5;
    private const int Rounds = 21;

    private readonly string area;
    private readonly Dictionary<string, List<double>> microseconds;
    private readonly Dictionary<string, List<double>> bytes;

    private ServerTimes(string area, IReadOnlyList<string> kinds)
    {
        this.area = area;
        microseconds = kinds.ToDictionary(kind => kind, _ => new List<double>(), StringComparer.Ordinal);
        bytes = kinds.ToDictionary(kind => kind, _ => new List<double>(), StringComparer.Ordinal);
    }

    /// <summary>The median of each kind, without a target.</summary>
    public IEnumerable<Figure> Medians =>
        microseconds.Select(kind => new Figure($"{area}.microseconds.{kind.Key}", Median(kind.Value)))
            .Concat(bytes.Select(kind => new Figure($"{area}.bytes.{kind.Key}", Median(kind.Value))));

    /// <summary>Runs all kinds in turn, there and back, so that what the machine does meanwhile meets them all alike.</summary>
    /// <param name="area">What the figures' names begin with.</param>
    /// <param name="kinds">The kinds of load.</param>
    /// <param name="run">Runs one round of a kind: what a request costs.</param>
    public static async Task<ServerTimes> MeasureAsync(string area, IReadOnlyList<string> kinds, Func<string, Task<ServerCost>> run)
    {
        var times = new ServerTimes(area, kinds);
        for (var round = -WarmUps; round < Rounds; round++)
        {
            foreach (var kind in round % 2 == 0 ? kinds : kinds.Reverse())
            {
                var cost = await run(kind);
                if (round < 0) continue;
                times.microseconds[kind].Add(cost.Microseconds);
                times.bytes[kind].Add(cost.Bytes);
            }

            // No measurement: the compiler's background thread waits for a pause of 100 ms, and what it made is what is measured.
            if (round < 0) await Task.Delay(300);
        }

        return times;
    }

    /// <summary>The median of one kind's time by another's in the same round. Of rates, which are their inverse, the second by the first.</summary>
    public Figure Of(string name, string ours, string theirs) =>
        new($"{area}.{name}", Median([.. microseconds[ours].Zip(microseconds[theirs], (our, their) => our / their)]));

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
