using System.Security.Cryptography;
using SafeLlm.Limits;
using SafeLlm.Sqlite.Tests.Files;

namespace SafeLlm.Sqlite.Tests.Journal;

public sealed class SqliteJournalChainTests : IDisposable
{
    private readonly StoreFolder folder = new();
    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider time = FixedTime.Of(new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero));

    public SqliteJournalChainTests() => File.WriteAllText(KeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n");

    private string KeyFile => folder.Path("journal.key");

    private SqliteStoreOptions Options => new() { JournalKeyFile = KeyFile };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Journal_ThatNobodyTouched_IsWhole()
    {
        var head = await WriteAsync(5);

        var report = Verify(head);

        Assert.Null(report.Finding);
        Assert.Equal((5, 1, true), (report.Lines, report.From, report.IsKeyed));
        Assert.Equal(head, report.Head);
        Assert.Equal(head, SqliteJournalHead.Parse(head.ToString()));
    }

    [Theory]
    [InlineData("UPDATE journal SET actual_nanos = 1 WHERE number = 3", "Line 3 does not fit")]
    [InlineData("UPDATE journal SET scopes = '[\"user:other\"]' WHERE number = 2", "Line 2 does not fit")]
    [InlineData("UPDATE journal SET model = NULL WHERE number = 1", "Line 1 does not fit")]
    [InlineData("UPDATE journal SET at = at + 1 WHERE number = 5", "Line 5 does not fit")]
    [InlineData("UPDATE journal SET outcome = 'NoSuch' WHERE number = 4", "Line 4 cannot be read")]
    [InlineData("UPDATE journal SET outcome = '0' WHERE number = 4", "Line 4 cannot be read")]
    [InlineData("UPDATE journal SET outcome = ' Reported' WHERE number = 4", "Line 4 cannot be read")]
    [InlineData("UPDATE journal SET at = CAST(CAST(at AS TEXT) AS BLOB) WHERE number = 3", "Line 3 cannot be read")]
    [InlineData("UPDATE journal SET id = CAST(id AS BLOB) WHERE number = 2", "Line 2 cannot be read")]
    [InlineData("UPDATE journal SET actual_nanos = 30.5 WHERE number = 5", "Line 5 cannot be read")]
    [InlineData("UPDATE journal SET is_overrun = x'' WHERE number = 5", "Line 5 cannot be read")]
    [InlineData("UPDATE journal SET quoted_nanos = 1 WHERE number = 5", "Line 5 cannot be read")]
    [InlineData("DROP INDEX journal_at", "journal_at is not as")]
    [InlineData("DROP INDEX journal_at; CREATE INDEX journal_at ON journal (at) WHERE number <> 3", "journal_at is not as")]
    [InlineData("CREATE TRIGGER hide AFTER INSERT ON journal BEGIN SELECT 1; END", "hide is not as")]
    [InlineData("DROP INDEX journal_at; CREATE INDEX journal_at ON journal (at) WHERE number <> 3; PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX journal_at ON journal (at)' WHERE name = 'journal_at'; PRAGMA writable_schema = RESET", "do not fit together")]
    [InlineData("DELETE FROM journal WHERE number = 3", "Line 3 is missing")]
    [InlineData("DELETE FROM journal WHERE number = 1", "Line 1 is missing")]
    [InlineData("UPDATE journal SET number = 9 WHERE number = 2; UPDATE journal SET number = 2 WHERE number = 3; UPDATE journal SET number = 3 WHERE number = 9", "Line 2 does not fit")]
    [InlineData("INSERT INTO journal SELECT 6, 'forged', outcome, at, call_id, scopes, model, quoted_input, quoted_output, quoted_nanos, quoted_requests, expected_nanos, basis, actual_input, actual_output, actual_nanos, actual_requests, is_overrun, catalog_hash, action, operator, key_name, mac FROM journal WHERE number = 5", "Line 6 does not fit")]
    [InlineData("UPDATE journal SET key_name = NULL", "written without a key")]
    [InlineData("INSERT INTO journal_checkpoint VALUES (1, 2, (SELECT mac FROM journal WHERE number = 2), 0, (SELECT key_name FROM journal LIMIT 1), x'00'); DELETE FROM journal WHERE number <= 2", "checkpoint's seal")]
    public async Task Journal_ThatWasChanged_SaysWhere(string change, string finding)
    {
        await WriteAsync(5);
        Change(change);

        Assert.Contains(finding, Verify().Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_ThatWasChanged_IsNotReportedAsIfNothingHadHappened()
    {
        await WriteAsync(3);
        Change("UPDATE journal SET outcome = '0' WHERE number = 2");
        using var view = new SqliteStoreReader(folder.File, time);

        var refused = await Assert.ThrowsAsync<SqliteStoreException>(async () => await view.ReadJournalAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken));

        Assert.Equal(SqliteStoreFault.Corrupt, refused.Fault);
        Assert.Contains("Line 2 cannot be read", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journal_WhoseEndWasCutOff_ShowsToWhoeverKeptAHead()
    {
        var head = await WriteAsync(5);
        Change("DELETE FROM journal WHERE number >= 4");

        Assert.Null(Verify().Finding);
        Assert.Contains("cut off", Verify(head).Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journal_WrittenAnewUnderAnotherKey_ShowsToWhoeverHasTheKey()
    {
        await WriteAsync(3);
        var kept = File.ReadAllText(KeyFile);
        File.WriteAllText(KeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        Change("DELETE FROM journal");
        await WriteAsync(3);
        File.WriteAllText(KeyFile, kept);

        Assert.Contains("under the key", Verify().Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OldLines_AreCutOffBehindASealedCheckpoint()
    {
        await WriteAsync(4);
        var early = await WriteAsync(0);
        time.Advance(TimeSpan.FromDays(500));
        var late = await WriteAsync(3);

        var report = Verify(late);

        Assert.Null(report.Finding);
        Assert.Equal((3, 5), (report.Lines, report.From));
        Assert.Equal(7, report.Head.Number);

        // What a checkpoint stands for can no longer be followed, and is no fault.
        Assert.Null(Verify(early).Finding);
    }

    [Fact]
    public async Task Journal_WithoutAKey_ShowsAccidents()
    {
        using (var journal = new SqliteJournal(folder.File, time, new SqliteStoreOptions { JournalKeyVariable = null }))
        {
            await journal.AppendAsync(Line("a"), TestContext.Current.CancellationToken);
        }

        var report = SqliteJournal.Verify(folder.File, keyVariable: null);
        Assert.Null(report.Finding);
        Assert.False(report.IsKeyed);
        Change("UPDATE journal SET actual_nanos = 1");
        Assert.NotNull(SqliteJournal.Verify(folder.File, keyVariable: null).Finding);
    }

    [Fact]
    public async Task Journal_UnderAKey_IsNotGoneOnWithWithoutOne()
    {
        await WriteAsync(1);

        var refused = Assert.Throws<InvalidOperationException>(() => new SqliteJournal(folder.File, time, new SqliteStoreOptions { JournalKeyVariable = null }));

        Assert.Contains("JournalKeyFile", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journal_ThatAnotherProcessGaveAKey_IsNotGoneOnWithWithoutOne()
    {
        using var journal = new SqliteJournal(folder.File, time, new SqliteStoreOptions { JournalKeyVariable = null });
        await journal.AppendAsync(Line("a"), TestContext.Current.CancellationToken);

        // As the other process would: the line that is there now has a key.
        Change("UPDATE journal SET key_name = '0123abcd'");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => journal.AppendAsync(Line("b"), TestContext.Current.CancellationToken).AsTask());
        Assert.Contains("0123abcd", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journal_WhoseKeyChanged_IsVerifiedWithBoth()
    {
        await WriteAsync(2);
        File.Move(KeyFile, folder.Path("old.key"));
        File.WriteAllText(KeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        time.Advance(TimeSpan.FromMinutes(1));
        await WriteAsync(2);

        Assert.NotNull(Verify().Finding);
        var report = SqliteJournal.Verify(folder.File, [KeyFile, folder.Path("old.key")]);
        Assert.Null(report.Finding);
        Assert.Equal(4, report.Lines);
    }

    [Fact]
    public async Task Journal_ThatGotItsKeyLater_IsVerifiedFromItsStartAndSaysFromWhereItIsKeyed()
    {
        await WriteWithoutKeyAsync(3);
        time.Advance(TimeSpan.FromMinutes(1));
        var head = await WriteAsync(2);

        var report = Verify(head);

        Assert.Null(report.Finding);
        Assert.Equal((5, 1, false, 4), (report.Lines, report.From, report.IsKeyed, report.KeyedFrom));

        Change("UPDATE journal SET actual_nanos = 1 WHERE number = 2");
        Assert.Contains("Line 2 does not fit", Verify().Finding, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INSERT INTO journal SELECT 6, 'forged', outcome, at, call_id, scopes, model, quoted_input, quoted_output, quoted_nanos, quoted_requests, expected_nanos, basis, actual_input, actual_output, actual_nanos, actual_requests, is_overrun, catalog_hash, action, operator, NULL, mac FROM journal WHERE number = 5", "Line 6 was written without a key")]
    [InlineData("UPDATE journal SET key_name = NULL WHERE number >= 4", "Line 4 does not fit the one before it as one that was written without a key")]
    [InlineData("DELETE FROM journal WHERE number >= 4", "Every line was written without a key")]
    public async Task Journal_ThatLostItsKeyAgain_IsNotWhole(string change, string finding)
    {
        await WriteWithoutKeyAsync(3);
        time.Advance(TimeSpan.FromMinutes(1));
        await WriteAsync(2);
        Change(change);

        Assert.Contains(finding, Verify().Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journal_OfWhichLinesWithoutAKeyWereCutOff_IsVerifiedAndNobodyAddsSuchLinesBehindKeyedOnes()
    {
        await WriteWithoutKeyAsync(3);
        time.Advance(TimeSpan.FromDays(399));
        await WriteWithoutKeyAsync(2);
        time.Advance(TimeSpan.FromDays(10));
        await WriteAsync(2);

        var report = Verify();
        Assert.Null(report.Finding);
        Assert.Equal((4, 4, false, 6), (report.Lines, report.From, report.IsKeyed, report.KeyedFrom));

        // The checkpoint behind keyed lines lets none without a key follow.
        time.Advance(TimeSpan.FromDays(401));
        await WriteAsync(2);
        report = Verify();
        Assert.Null(report.Finding);
        Assert.Equal((2, 8, true, 8), (report.Lines, report.From, report.IsKeyed, report.KeyedFrom));
        Change("UPDATE journal SET key_name = NULL");
        Assert.Contains("Line 8 was written without a key", Verify().Finding, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("c2hvcnQ=")]
    public void Key_ThatIsNone_IsRefusedWithoutBeingShown(string text)
    {
        File.WriteAllText(KeyFile, text);

        var refused = Assert.Throws<ArgumentException>(() => new SqliteJournal(folder.File, time, Options));

        Assert.Contains("32 random bytes", refused.Message, StringComparison.Ordinal);
        if (text.Length > 0) Assert.DoesNotContain(text, refused.Message, StringComparison.Ordinal);
    }

    private static JournalEntry Line(string id) => new()
    {
        Id = id,
        At = new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero),
        Outcome = JournalOutcome.Reported,
        Model = "gpt-4.1-mini",
        Scopes = ["app", "user:42"],
        Actual = new Amounts(10, 20, new Pricing.NanoUsd(30)),
    };

    private Task<SqliteJournalHead> WriteWithoutKeyAsync(int lines) => WriteAsync(lines, new SqliteStoreOptions { JournalKeyVariable = null });

    private async Task<SqliteJournalHead> WriteAsync(int lines, SqliteStoreOptions? options = null)
    {
        using var journal = new SqliteJournal(folder.File, time, options ?? Options);
        for (var i = 0; i < lines; i++)
        {
            await journal.AppendAsync(Line($"{time.GetUtcNow().Ticks}.{i}") with { At = time.GetUtcNow() }, TestContext.Current.CancellationToken);
        }

        return await journal.ReadHeadAsync(TestContext.Current.CancellationToken);
    }

    private SqliteJournalReport Verify(SqliteJournalHead? head = null) => SqliteJournal.Verify(folder.File, [KeyFile], head: head);

    private void Change(string sql)
    {
        using var connection = FaultTests.Connect(folder.File);
        FaultTests.Execute(connection, sql);
    }
}
