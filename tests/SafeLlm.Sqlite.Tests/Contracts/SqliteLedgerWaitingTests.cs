using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Sqlite.Tests.Contracts;

public sealed class SqliteLedgerWaitingTests : LedgerWaitingContract
{
    private readonly StoreFolder folder = new();

    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(SqliteStores.Open(folder.File, time));

    protected override ValueTask CleanUpAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
