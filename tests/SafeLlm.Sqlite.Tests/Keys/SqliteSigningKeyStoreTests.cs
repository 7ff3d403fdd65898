using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Signing;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Sqlite.Tests.Keys;

/// <summary>Keys in a file: what only SQLite does with them. The rest is in the contract.</summary>
public sealed class SqliteSigningKeyStoreTests : IDisposable
{
    private readonly StoreFolder folder = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly AesGcmKeyProtector protector = new(Encoding.ASCII.GetBytes("a master key of thirty-two bytes"));
    private readonly SqliteSigningKeyStore store;

    public SqliteSigningKeyStoreTests() => store = Open();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string File => folder.File;

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Secret_IsNowhereInTheFiles()
    {
        var key = SigningKey.GenerateHmac("acme.shop");
        await store.AddAsync(new VerifierKey(key), Cancellation);
        var secret = Convert.FromBase64String(key.ExportBase64());

        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(File)!))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, Cancellation);
            Assert.True(bytes.AsSpan().IndexOf(secret.AsSpan(0, 8)) < 0, $"{file} holds the secret.");
            Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(key.ExportBase64()[..12])) < 0, $"{file} holds the secret.");
        }
    }

    [Fact]
    public async Task Row_MovedToAnotherKeyOrClient_IsLeftOutAndTold()
    {
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("small")) { Client = "acme" }, Cancellation);
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("large")) { Client = "acme" }, Cancellation);
        Execute("UPDATE signing_keys SET material = (SELECT material FROM signing_keys WHERE key_id = 'small') WHERE key_id = 'large'");
        using var other = Open();

        Assert.NotNull(other.Find("small"));
        Assert.Null(other.Find("large"));
        Assert.Contains("large", Assert.Single(other.Faults));
    }

    [Fact]
    public async Task Row_ThatWasChangedWhileWeRun_IsLeftOutAndNobodyElse()
    {
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("good")), Cancellation);
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("bad")), Cancellation);
        Assert.NotNull(store.Find("bad"));
        Execute("UPDATE signing_keys SET client = 'mallory' WHERE key_id = 'bad'; UPDATE signing_key_version SET version = version + 1");
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(store.Find("bad"));
        Assert.NotNull(store.Find("good"));
        Assert.Contains("bad", Assert.Single(store.Faults));
    }

    /// <summary>As versions wrote them that had a line for each entry.</summary>
    [Fact]
    public async Task Scopes_OfAVersionBefore_AreRead()
    {
        foreach (var name in (string[])["scoped", "open", "odd"]) await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac(name)), Cancellation);
        Execute("UPDATE signing_keys SET endpoints = '/v1/*' || char(10) || '/files', models = 'gpt-*' WHERE key_id = 'scoped'; UPDATE signing_keys SET models = '[odd' WHERE key_id = 'odd'");
        using var other = Open();

        Assert.Equal(["/v1/*", "/files"], other.Find("scoped")!.Endpoints);
        Assert.Equal(["gpt-*"], other.Find("scoped")!.Models);
        Assert.Empty(other.Find("open")!.Endpoints);
        // It is not known what it may call, so it calls nothing.
        Assert.Null(other.Find("odd"));
        Assert.Single(other.Faults);
    }

    [Fact]
    public async Task OtherMasterKey_OpensNothingAndIsTold()
    {
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        using var other = new SqliteSigningKeyStore(File, time, new SqliteStoreOptions { KeyProtector = new AesGcmKeyProtector(new byte[32]) });
        Assert.Empty(other.All);
        Assert.Contains("another master key", Assert.Single(other.Faults));
    }

    [Fact]
    public async Task Revocation_ByAnotherProgram_IsSeenWithinASecond()
    {
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        Assert.Null(store.Find("a")!.RevokedAt);
        Execute($"UPDATE signing_keys SET revoked_at = {time.GetUtcNow().UtcTicks} WHERE key_id = 'a'; UPDATE signing_key_version SET version = version + 1");
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull(store.Find("a")!.RevokedAt);
    }

    /// <summary>What was opened for long is as good as the file says at its end: calls need not be refused for that.</summary>
    [Fact]
    public async Task Snapshot_ThatTookLongToOpen_IsAsOldAsTheFileSays()
    {
        for (var i = 0; i < 10; i++) await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac($"k{i}")), Cancellation);
        using var other = new SqliteSigningKeyStore(File, time, new SqliteStoreOptions { KeyProtector = new TestProtector(protector) { Before = () => time.AdjustTime(time.GetUtcNow().AddSeconds(1)) } });

        Assert.Equal(10, other.All.Count);
        Assert.Equal(time.GetUtcNow(), other.CurrentAt);
    }

    [Fact]
    public async Task Snapshot_ThatAChangeOvertook_IsAsOldAsTheQuestion()
    {
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        var start = time.GetUtcNow();
        var slow = new TestProtector(protector)
        {
            Before = () =>
            {
                time.AdjustTime(time.GetUtcNow().AddSeconds(1));
                Execute($"UPDATE signing_keys SET revoked_at = {start.UtcTicks} WHERE key_id = 'a'; UPDATE signing_key_version SET version = version + 1");
            },
        };
        using var other = new SqliteSigningKeyStore(File, time, new SqliteStoreOptions { KeyProtector = slow });

        Assert.NotNull(other.Find("a"));
        Assert.Equal(start, other.CurrentAt);
    }

    [Fact]
    public async Task KeyThatNeverOpens_IsTriedMoreAndMoreRarely()
    {
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        var failing = new TestProtector(protector) { Before = () => throw new TimeoutException() };
        using var other = new SqliteSigningKeyStore(File, time, new SqliteStoreOptions { KeyProtector = failing });
        Assert.Single(other.Faults);
        Pass(60);
        // At once, and after 1, 3, 7, 15 and 31 seconds.
        Assert.Equal(6, failing.Opened);

        await store.FreezeAsync("a", time.GetUtcNow(), Cancellation);
        Pass(2);
        Assert.Equal(8, failing.Opened);

        void Pass(int seconds)
        {
            for (var i = 0; i < 4 * seconds; i++) time.Advance(TimeSpan.FromMilliseconds(250));
        }
    }

    [Fact]
    public async Task Snapshot_OfAFileThatCannotBeRead_GrowsOld()
    {
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        Assert.NotNull(store.Find("a"));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(time.GetUtcNow() - store.CurrentAt < TimeSpan.FromSeconds(1));
        var last = store.CurrentAt;
        Execute("ALTER TABLE signing_key_version RENAME TO gone");
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(last, store.CurrentAt);
        Assert.NotNull(store.Find("a"));
        Execute("ALTER TABLE gone RENAME TO signing_key_version");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(time.GetUtcNow() - store.CurrentAt < TimeSpan.FromSeconds(1));
    }

    private SqliteSigningKeyStore Open() => new(File, time, new SqliteStoreOptions { KeyProtector = protector });

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
