using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Tests;

public sealed class UseSqliteTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void UseSqlite_OnAHost_GivesItEveryStoreOfTheFile()
    {
        var host = new Host();

        Assert.Same(host, host.UseSqlite(folder.File));

        using var stores = host.Open();
        Assert.IsType<SqliteLedger>(stores.Ledger);
        Assert.IsType<SqliteNonceStore>(stores.Nonces);
        Assert.IsType<SqliteJournal>(stores.Journal);
        Assert.IsType<SqliteAlertOutbox>(stores.Outbox);
        Assert.IsType<SqliteSigningKeyStore>(stores.Keys);
        using var view = stores.View!();
        Assert.IsType<SqliteStoreReader>(view);
    }

    [Fact]
    public async Task View_OfTheFile_RemembersAlertsThatWereDelivered()
    {
        using var stores = new Host().UseSqlite(folder.File).Open();
        var at = new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero);
        var alerts = Enumerable.Range(0, 4).Select(i => new Alert($"alert-{i}", AlertKind.LockOut, AlertSeverity.Warning, "Signatures that do not verify keep coming.", at.AddMinutes(i)) { Scope = "network:203.0.113.0/24" }).ToList();
        foreach (var alert in alerts) await stores.Outbox!.RecordAsync(alert, TestContext.Current.CancellationToken);
        await stores.Outbox!.CompleteAsync("alert-2", TestContext.Current.CancellationToken);

        using var view = stores.View!();

        Assert.Equal([alerts[3], alerts[2], alerts[1]], await view.ReadAlertsAsync(3, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Hosts_OfOneProcess_ShareTheFile()
    {
        var limit = Limit.Tokens(100).PerDay();
        var (client, server) = (new Host().UseSqlite(folder.File), new Host().UseSqlite(folder.File));
        using var first = client.Open();
        using (var second = server.Open())
        {
            await second.Ledger.HoldAsync(new HoldRequest("a", [limit], new Amounts(60, 0, default), TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);
        }

        // The other one has left; the file is still open.
        Assert.Equal(60, (await first.Ledger.ReadAsync([limit], TestContext.Current.CancellationToken))[0].Held);
    }

    [Fact]
    public async Task Host_ThatNamesTheFileByALink_SharesItToo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights of their own there.");
        var limit = Limit.Tokens(100).PerDay();
        using var first = new Host().UseSqlite(folder.File).Open();
        File.CreateSymbolicLink(folder.Path("link.db"), folder.File);
        using var second = new Host().UseSqlite(folder.Path("link.db")).Open();

        await second.Ledger.HoldAsync(new HoldRequest("a", [limit], new Amounts(60, 0, default), TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);

        Assert.Equal(60, (await first.Ledger.ReadAsync([limit], TestContext.Current.CancellationToken))[0].Held);
        Assert.False(File.Exists(folder.Path("link.db-gate")));
    }

    [Fact]
    public void Host_ThatJoinsWithOtherOptions_IsToldWhichAndWhatToDo()
    {
        File.WriteAllText(folder.Path("journal.key"), Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
        SqliteStoreOptions Plain() => new() { JournalKeyVariable = null };
        SqliteStoreOptions Keyed() => new() { JournalKeyFile = folder.Path("journal.key") };
        SqliteStoreOptions[] others = [Keyed(), new() { JournalKeyVariable = null, JournalRetention = TimeSpan.FromDays(1) }, new() { JournalKeyVariable = null, LockTimeout = TimeSpan.Zero }];
        using (new Host().UseSqlite(folder.File, Plain()).Open())
        {
            Assert.All(
                others.Zip(["the journal's key is", "JournalRetention is 1.00:00:00 and was 400.00:00:00", "LockTimeout is 00:00:00 and was 00:00:05"]),
                other =>
                {
                    var refused = Assert.Throws<InvalidOperationException>(() => new Host().UseSqlite(folder.File, other.First).Open());
                    Assert.Contains(other.Second, refused.Message, StringComparison.Ordinal);
                    Assert.Contains("Give the same SqliteStoreOptions", refused.Message, StringComparison.Ordinal);
                });
            using var same = new Host().UseSqlite(folder.File, new SqliteStoreOptions { JournalKeyVariable = null, MaxNonces = 10 }).Open();
        }

        // Those who were refused have left nothing open.
        using var alone = new Host().UseSqlite(folder.File, Keyed()).Open();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void UseSqlite_WithoutAPath_IsRefusedAtOnce(string path) => Assert.Throws<ArgumentException>(() => new Host().UseSqlite(path));

    [Fact]
    public void UseSqlite_WithOptionsOutOfTheirRange_IsRefusedAtOnce()
    {
        Assert.Throws<ArgumentException>(() => new Host().UseSqlite(folder.File, new SqliteStoreOptions { MaxNonces = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Host().UseSqlite(folder.File, new SqliteStoreOptions { LockTimeout = TimeSpan.FromHours(1) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Host().UseSqlite(folder.File, new SqliteStoreOptions { JournalRetention = TimeSpan.Zero }));
        Assert.False(File.Exists(folder.File));
    }

    private sealed class Host : IStoreHost
    {
        private Func<TimeProvider, SafeLlmStores>? factory;

        public void UseStores(Func<TimeProvider, SafeLlmStores> factory) => this.factory = factory;

        public SafeLlmStores Open() => factory!(TimeProvider.System);
    }
}
