using System.Globalization;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>All areas, and how they are run.</summary>
internal static class CompareAreas
{
    public static IReadOnlyList<ICompareArea> All { get; } =
    [
        new SigningArea(),
        new ClientArea(),
        new AnalyzersArea(),
        new StreamsArea(),
        new FactsArea(),
        new VerifierArea(),
        new ServerArea(),
        new LedgerArea(),
        new RedisArea(),
        new TokensArea(),
        new QuoteArea(),
    ];

    public static ICompareArea? Find(string name) => All.FirstOrDefault(area => area.Name == name);

    /// <summary>Prints one line a figure. 1 where one falls short of its target, else 0.</summary>
    public static async Task<int> RunAsync(ICompareArea area, TextWriter output)
    {
        var isShort = false;
        await foreach (var figure in area.MeasureAsync())
        {
            await output.WriteLineAsync(figure.ToString(CultureInfo.InvariantCulture));
            isShort |= !figure.IsReached;
        }

        return isShort ? 1 : 0;
    }
}
