using SafeLlm.Benchmarks.Sqlite;

namespace SafeLlm.Benchmarks.Compare;

internal sealed class LedgerArea : ICompareArea
{
    public string Name => "ledger";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        await foreach (var figure in MemoryFigures.MeasureAsync()) yield return figure;
        await foreach (var figure in StoreFigures.MeasureAsync()) yield return figure;
    }
}
