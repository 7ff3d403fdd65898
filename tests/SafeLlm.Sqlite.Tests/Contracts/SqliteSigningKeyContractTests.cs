using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Sqlite.Tests.Contracts;

public sealed class SqliteSigningKeyContractTests : SigningKeyContract
{
    private readonly StoreFolder folder = new();

    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(OpenAgain(time, Protector));

    protected override SafeLlmStores OpenAgain(TimeProvider time, IKeyProtector? protector) =>
        SqliteStores.Open(folder.File, time, new SqliteStoreOptions { KeyProtector = protector });

    protected override ValueTask CleanUpAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
