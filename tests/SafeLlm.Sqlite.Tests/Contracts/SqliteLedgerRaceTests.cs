using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Sqlite.Tests.Contracts;

public sealed class SqliteLedgerRaceTests : LedgerRaceContract
{
    private readonly StoreFolder folder = new(isFast: true);

    protected override int Attempts => 300;

    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(SqliteStores.Open(folder.NewFile(), time));

    protected override ValueTask CleanUpAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
