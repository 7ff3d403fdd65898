using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Signing;

namespace SafeLlm.Sqlite.Tests.Keys;

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
    public async Task Key_OfEveryMember_ComesBackAsItWas()
    {
        var key = Full(SigningKey.GenerateHmac("acme.shop"));
        Assert.True(await store.AddAsync(key, Cancellation));
        using var other = Open();

        var found = other.Find("acme.shop")!;
        Assert.Equal(key.Key.ExportBase64(), found.Key.ExportBase64());
        Assert.Equal(key with { Key = found.Key, Endpoints = found.Endpoints, Models = found.Models }, found);
        Assert.Equal(key.Endpoints, found.Endpoints);
        Assert.Equal(key.Models, found.Models);
        Assert.Null(other.Find("Acme.shop"));
    }

    [Fact]
    public async Task Key_OfACurve_IsKeptAsItsPublicHalf()
    {
        var key = SigningKey.GenerateEcdsaP256("acme.shop");
        await store.AddAsync(new VerifierKey(key), Cancellation);
        using var without = new SqliteSigningKeyStore(File, time);

        Assert.True(without.Find("acme.shop")!.Key.IsSameAs(key));
        Assert.False(store.Find("acme.shop")!.Key.CanSign);
    }

    [Fact]
    public async Task SeedKey_OfAText_ComesBackThoughItIsShort()
    {
        await store.AddAsync(new VerifierKey(SigningKey.Seed("client_123", "sixteen letters!")) { Profile = SignatureProfile.SeedV0, Endpoints = ["/old"] }, Cancellation);
        Assert.Equal(SignatureProfile.SeedV0, store.Find("client_123")!.Profile);
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
    public async Task Secret_WithoutAProtector_IsNotStored()
    {
        using var without = new SqliteSigningKeyStore(File, time);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await without.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation));
    }

    [Fact]
    public async Task Row_MovedToAnotherKeyOrClient_StopsTheStart()
    {
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("small")) { Client = "acme" }, Cancellation);
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("large")) { Client = "acme" }, Cancellation);
        Execute("UPDATE signing_keys SET material = (SELECT material FROM signing_keys WHERE key_id = 'small') WHERE key_id = 'large'");
        using var other = Open();

        Assert.Contains("large", Assert.Throws<InvalidOperationException>(() => other.Find("small")).Message);
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
    }

    [Fact]
    public async Task OtherMasterKey_StopsTheStart()
    {
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        using var other = new SqliteSigningKeyStore(File, time, new SqliteStoreOptions { KeyProtector = new AesGcmKeyProtector(new byte[32]) });
        Assert.Contains("another master key", Assert.Throws<InvalidOperationException>(() => other.All).Message);
    }

    [Fact]
    public async Task Revocation_CountsAtOnceHereAndWithinASecondElsewhere()
    {
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        using var elsewhere = Open();
        Assert.Null(store.Find("a")!.RevokedAt);
        Assert.Null(elsewhere.Find("a")!.RevokedAt);

        Assert.True(await store.RevokeAsync("a", time.GetUtcNow(), Cancellation));
        Assert.Equal(time.GetUtcNow(), store.Find("a")!.RevokedAt);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(elsewhere.Find("a")!.RevokedAt);
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

    [Fact]
    public async Task Revocation_Twice_KeepsTheEarlier()
    {
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        await store.RevokeAsync("a", time.GetUtcNow(), Cancellation);
        await store.RevokeAsync("a", time.GetUtcNow().AddDays(1), Cancellation);

        Assert.Equal(time.GetUtcNow(), store.Find("a")!.RevokedAt);
    }

    [Fact]
    public async Task Changes_OfAKeyThatIsNotThere_AreFalse()
    {
        Assert.False(await store.RevokeAsync("a", time.GetUtcNow(), Cancellation));
        Assert.False(await store.EndAsync("a", time.GetUtcNow(), Cancellation));
        Assert.False(await store.FreezeAsync("a", time.GetUtcNow(), Cancellation));
        Assert.True(await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation));
        Assert.False(await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation));
    }

    [Fact]
    public async Task Freeze_AndThaw_AreBothSeen()
    {
        await store.AddAsync(new VerifierKey(SigningKey.GenerateHmac("a")), Cancellation);
        await store.FreezeAsync("a", time.GetUtcNow(), Cancellation);
        Assert.NotNull(store.Find("a")!.FrozenAt);
        await store.FreezeAsync("a", null, Cancellation);
        Assert.Null(store.Find("a")!.FrozenAt);
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

    private VerifierKey Full(SigningKey key) => new(key)
    {
        NotBefore = time.GetUtcNow().AddDays(-1),
        NotAfter = time.GetUtcNow().AddDays(89),
        Client = "acme",
        User = "42",
        Tenant = "north",
        Device = "till-7",
        Tier = "PRO",
        ActsForUsers = true,
        Endpoints = ["/v1/chat/completions", "/v1/files/*"],
        Models = ["gpt-4o-mini", "o3*"],
    };
}
