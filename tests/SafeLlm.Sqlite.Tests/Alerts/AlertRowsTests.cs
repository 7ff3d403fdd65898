using Microsoft.Extensions.Time.Testing;
using SafeLlm.Alerts;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Tests.Alerts;

public sealed class AlertRowsTests : IDisposable
{
    private const int MostWaiting = 100_000;
    private readonly StoreFolder folder = new(isFast: true);
    private readonly FakeTimeProvider time = FixedTime.Of(new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Alerts_OfWhichFarTooManyWait_LoseTheOldestUntilTheyAreNot()
    {
        Fill(MostWaiting + 700);
        using var outbox = new SqliteAlertOutbox(folder.File, time);

        // Five hundred go at a time; where there were as many, the next one goes on.
        await RecordAsync(outbox, "new1");
        await RecordAsync(outbox, "new2");

        Assert.Equal(MostWaiting + 1, Number("SELECT count(*) FROM alerts"));
        Assert.Equal(2, Number("SELECT count(*) FROM alerts WHERE id LIKE 'new%'"));
        Assert.Equal("a702", Assert.Single(await outbox.TakeAsync(1, TimeSpan.FromMinutes(1), Cancellation)).Alert.Id);
    }

    [Fact]
    public async Task Alerts_ThatWereDelivered_DoNotCountAsWaiting()
    {
        Fill(MostWaiting);
        using var outbox = new SqliteAlertOutbox(folder.File, time);
        await outbox.CompleteAsync("a7", Cancellation);

        await RecordAsync(outbox, "new1");
        time.Advance(TimeSpan.FromMinutes(10));
        await RecordAsync(outbox, "new2");

        Assert.Equal(MostWaiting + 2, Number("SELECT count(*) FROM alerts"));
    }

    private async Task RecordAsync(SqliteAlertOutbox outbox, string id) =>
        Assert.True(await outbox.RecordAsync(new Alert(id, AlertKind.LockOut, AlertSeverity.Warning, "Locked out.", time.GetUtcNow()), Cancellation));

    private void Fill(int waiting)
    {
        using var connection = StoreConnection.Open(folder.File, new SqliteStoreOptions(), Schema.Steps);
        connection.Execute(FormattableString.Invariant($"""
            INSERT INTO alerts (id, kind, severity, message, at, attempts, due)
            WITH RECURSIVE waiting (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM waiting WHERE number < {waiting})
            SELECT 'a' || number, 'LockOut', 'Warning', 'Locked out.', {time.GetUtcNow().UtcTicks}, 0, 0 FROM waiting
            """));
    }

    private long Number(string sql)
    {
        using var connection = StoreConnection.OpenToRead(folder.File, Schema.Steps);
        return connection.Statement(sql).Number();
    }
}
