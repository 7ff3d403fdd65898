using SafeLlm.Limits;
using SafeLlm.Sqlite.Files;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Sqlite.Tests.Contracts;

public sealed class SqliteIssuedIdTests : IssuedIdContract
{
    private readonly StoreFolder folder = new();

    [Fact]
    public async Task Rows_AreCountedByTenant_AndLeaveTheFileOnceTheyAreOver()
    {
        var ids = Stores.IssuedIds!;
        for (var i = 0; i < 30; i++) await ids.RecordAsync($"tenant:{i % 3}", [$"a{i}", $"b{i}", $"a{i / 2}"], Time.GetUtcNow().AddHours(1), 12, Cancellation);
        await ids.ForgetAsync("tenant:2", "a29", Cancellation);

        Assert.Equal((35, 35), (Number("SELECT count(*) FROM issued_ids"), Number("SELECT sum(live) FROM issued_id_counts")));
        Assert.Equal(0, Number("SELECT count(*) FROM issued_id_counts c WHERE live <> (SELECT count(*) FROM issued_ids i WHERE i.tenant = c.tenant)"));

        Time.Advance(TimeSpan.FromHours(2));
        await ids.RecordAsync("tenant:9", ["last"], Time.GetUtcNow().AddHours(1), 12, Cancellation);

        Assert.Equal((1, 1), (Number("SELECT count(*) FROM issued_ids"), Number("SELECT count(*) FROM issued_id_counts")));
    }

    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(SqliteStores.Open(folder.File, time));

    protected override ValueTask CleanUpAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private long Number(string sql)
    {
        using var connection = StoreConnection.OpenToRead(folder.File, Schema.Steps);
        return connection.Statement(sql).Number();
    }
}
