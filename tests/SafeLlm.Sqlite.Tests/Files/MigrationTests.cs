using SafeLlm.Limits;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Tests.Files;

public sealed class MigrationTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task File_OfAnOlderVersion_IsBroughtUpWithAllThatItHas()
    {
        var limit = Limit.Tokens(100).PerDay();
        using (var ledger = new SqliteLedger(folder.File, TimeProvider.System))
        {
            await ledger.HoldAsync(new HoldRequest("a", [limit], new Amounts(60, 0, default), TimeSpan.FromHours(1)), TestContext.Current.CancellationToken);
        }

        using var newer = Open([.. Schema.Steps, "ALTER TABLE holds ADD COLUMN region TEXT; UPDATE holds SET region = 'eu'"]);

        Assert.Equal(Schema.Steps.Count + 1, newer.Statement("PRAGMA user_version").Number());
        Assert.Equal(60, newer.Statement("SELECT input_tokens FROM holds WHERE id = 'a' AND region = 'eu'").Number());
    }

    [Fact]
    public void Step_ThatFails_LeavesTheFileAsItWas()
    {
        Open(Schema.Steps).Dispose();

        Assert.Throws<SqliteStoreException>(() => Open([.. Schema.Steps, "CREATE TABLE extra (id); CREATE TABLE no good"]));

        using var same = Open(Schema.Steps);
        Assert.Equal(Schema.Steps.Count, same.Statement("PRAGMA user_version").Number());
        Assert.Equal(0, same.Statement("SELECT count(*) FROM sqlite_schema WHERE name = 'extra'").Number());
    }

    [Fact]
    public void Reader_OfAnOlderVersion_IsTold()
    {
        Open(Schema.Steps).Dispose();

        var fault = Assert.Throws<SqliteStoreException>(() => StoreConnection.OpenToRead(folder.File, [.. Schema.Steps, "SELECT 1"]));

        Assert.Contains("Start the application", fault.Message, StringComparison.Ordinal);
    }

    private StoreConnection Open(IReadOnlyList<string> steps) => StoreConnection.Open(folder.File, new SqliteStoreOptions(), steps);
}
