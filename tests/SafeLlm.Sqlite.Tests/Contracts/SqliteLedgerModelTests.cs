using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Sqlite.Tests.Contracts;

public sealed class SqliteLedgerModelTests : LedgerModelContract
{
    private readonly StoreFolder folder = new(isFast: true);

    // Each is a file of its own; the long version runs more.
    protected override int Programs => 300;

    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(SqliteStores.Open(folder.NewFile(), time));

    protected override ValueTask CleanUpAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
