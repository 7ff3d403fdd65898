using SafeLlm.Benchmarks.Sqlite;

namespace SafeLlm.Benchmarks.Compare;

internal sealed class LedgerArea : ICompareArea
{
    public string Name => "ledger";

    public IAsyncEnumerable<Figure> MeasureAsync() => StoreFigures.MeasureAsync();
}
