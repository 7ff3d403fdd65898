using System.Text.Json;
using SafeLlm.Anomalies;
using SafeLlm.Cli.Keys;
using SafeLlm.Signing;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Tests.Keys;

public sealed class StoredKeyCommandTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("safellm-store-").FullName;

    private string Store => Path.Combine(folder, "safellm.db");

    private string Master => Path.Combine(folder, "master.key");

    public async ValueTask InitializeAsync()
    {
        using (Open())
        {
            // The server makes the file at its first start.
        }

        Assert.Equal(0, (await RunAsync("new-master", Master)).Exit);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return default;
    }

    [Fact]
    public async Task New_InAStore_IssuesAKeyThatTheServerFinds()
    {
        var run = await RunAsync(
            "new", "acme.shop", "--out", Path.Combine(folder, "shop.key"), "--store", Store, "--master-key-file", Master,
            "--client", "acme", "--user", "42", "--tenant", "north", "--device", "till-7", "--tier", "PRO", "--endpoint", "/v1/*", "--model", "gpt-*", "--acts-for-users", "--days", "30");
        Assert.Equal(0, run.Exit);

        using var keys = Open(Master);
        var key = keys.Find("acme.shop")!;
        Assert.Equal(("acme", "42", "north", "till-7", "PRO", true), (key.Client, key.User, key.Tenant, key.Device, key.Tier, key.ActsForUsers));
        Assert.Equal(TimeSpan.FromDays(30), key.NotAfter - key.NotBefore);
        Assert.Equal(["/v1/*"], key.Endpoints);
        Assert.Equal(["gpt-*"], key.Models);
        Assert.True(key.Key.IsSameAs(SigningKey.HmacFromBase64("acme.shop", await ReadAsync("shop.key"))));
        Assert.DoesNotContain((await ReadAsync("shop.key")).Trim(), run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_WhereTheJournalIsChainedUnderAKey_NeedsNoKeyOfTheJournal()
    {
        var journalKey = Path.Combine(folder, "journal.key");
        await File.WriteAllTextAsync(journalKey, Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)), TestContext.Current.CancellationToken);
        using (var journal = new SqliteJournal(Store, TimeProvider.System, new SqliteStoreOptions { JournalKeyFile = journalKey }))
        {
            await journal.AppendAsync(
                new Limits.JournalEntry { Id = "a", At = TimeProvider.System.GetUtcNow(), Outcome = Limits.JournalOutcome.OperatorAction, Action = "key freeze acme.shop", Operator = "olga" },
                TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, (await RunAsync("new", "acme.shop", "--out", Path.Combine(folder, "shop.key"), "--store", Store, "--master-key-file", Master)).Exit);
        Assert.Equal(0, (await RunAsync("revoke", "acme.shop", "--store", Store, "--master-key-file", Master)).Exit);
    }

    [Fact]
    public async Task Keys_AreListed_WithoutACheckOfTheWholeStoreThatItsWritersWouldWaitFor()
    {
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Store};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA ignore_check_constraints = ON; INSERT INTO journal_checkpoint VALUES (2, 0, x'00', 0, NULL, x'00')";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        // What a check of the whole store finds.
        Assert.Equal(SqliteStoreFault.Corrupt, Assert.Throws<SqliteStoreException>(() => Open()).Fault);

        Assert.Equal(0, (await RunAsync("list", "--store", Store)).Exit);
    }

    [Theory]
    [InlineData("ecdsa-p256-sha256")]
    [InlineData("ed25519")]
    public async Task New_OfAKeyPair_KeepsThePublicHalfAndNeedsNoMasterKey(string algorithm)
    {
        var run = await RunAsync("new", "acme.shop", "--alg", algorithm, "--out", Path.Combine(folder, "shop.key"), "--store", Store);

        Assert.Equal(0, run.Exit);
        using var keys = Open();
        Assert.False(keys.Find("acme.shop")!.Key.CanSign);
        Assert.Contains("BEGIN PRIVATE KEY", await ReadAsync("shop.key"), StringComparison.Ordinal);
        Assert.Contains("BEGIN PUBLIC KEY", await ReadAsync("shop.key.pub"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_OfASecretWithoutAMasterKey_SaysWhatIsMissing()
    {
        var run = await RunAsync("new", "acme.shop", "--print", "--store", Store);

        Assert.Equal(2, run.Exit);
        Assert.Contains("master key", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_ThatTheStoreRefuses_LeavesNoSecretBehind()
    {
        var file = Path.Combine(folder, "plain.key");
        var run = await RunAsync("new", "plain.1", "--out", file, "--store", Store);

        Assert.NotEqual(0, run.Exit);
        Assert.Equal("", run.Output);
        Assert.False(File.Exists(file));
    }

    /// <summary>As of a variable that was not set: the key would be one for everything, or one of all who have no name.</summary>
    [Theory]
    [InlineData("--endpoint")]
    [InlineData("--model")]
    [InlineData("--client")]
    [InlineData("--user")]
    [InlineData("--tenant")]
    [InlineData("--device")]
    [InlineData("--tier")]
    public async Task New_WithAnEmptyScopeOrOwner_MakesNothing(string option)
    {
        string[] make = ["new", "shop.1", "--store", Store, "--master-key-file", Master, option, ""];
        var (filed, printed) = (await RunAsync([.. make, "--out", Path.Combine(folder, "shop.key")]), await RunAsync([.. make, "--print"]));

        Assert.Equal((2, "", 2, ""), (filed.Exit, filed.Output, printed.Exit, printed.Output));
        Assert.Contains("shop.1 is not made:", filed.Errors, StringComparison.Ordinal);
        Assert.Contains("is empty", filed.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "shop.key")));
        using var keys = Open(Master);
        Assert.Empty(keys.All);
    }

    [Theory]
    [InlineData("shop.1", "--overlap-days", "-1")]
    [InlineData("shop.1", "--days", "0")]
    [InlineData("revoked.1")]
    public async Task Rotate_ThatIsRefused_LeavesNoSecretBehind(string old, params string[] more)
    {
        foreach (var name in (string[])["shop.1", "revoked.1"]) await RunAsync("new", name, "--print", "--store", Store, "--master-key-file", Master);
        await RunAsync("revoke", "revoked.1", "--store", Store);
        var file = Path.Combine(folder, "shop.2.key");

        var run = await RunAsync(["rotate", old, "shop.2", "--out", file, "--store", Store, "--master-key-file", Master, .. more]);

        Assert.Equal((2, ""), (run.Exit, run.Output));
        Assert.False(File.Exists(file));
        // Nothing is printed either, for a script to take for a key.
        Assert.Equal("", (await RunAsync(["rotate", old, "shop.2", "--print", "--store", Store, "--master-key-file", Master, .. more])).Output);
    }

    [Fact]
    public async Task New_WithAStore_SaysThatTheVerifierHasTheKey()
    {
        var stored = await RunAsync("new", "shop.1", "--out", Path.Combine(folder, "1.key"), "--store", Store, "--master-key-file", Master);
        var rotated = await RunAsync("rotate", "shop.1", "shop.2", "--out", Path.Combine(folder, "2.key"), "--store", Store, "--master-key-file", Master);
        var alone = await RunAsync("new", "shop.3", "--out", Path.Combine(folder, "3.key"));

        Assert.All([stored, rotated], run => Assert.Contains("the verifier has it from the store", run.Output, StringComparison.Ordinal));
        Assert.Contains("and at the verifier", alone.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keep_WithoutAnAnswerOfTheStore_KeepsTheFileAndSaysSo()
    {
        var file = Path.Combine(folder, "shop.key");
        await File.WriteAllTextAsync(file, "secret", TestContext.Current.CancellationToken);
        using var key = Open(Master);
        using var keys = new StoredKeys(key, new SqliteLockOutStore(Store, TimeProvider.System));
        var secret = new WrittenSecret(SigningKey.GenerateHmac("shop"), file, null);

        var failure = await Assert.ThrowsAsync<CommandFailedException>(() => secret.KeepAsync(keys, _ => throw new OperationCanceledException("Stopped.")));

        Assert.Contains("may be in the store", failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task Rotate_ThenRevoke_ShowInTheList()
    {
        await RunAsync("new", "shop.1", "--print", "--store", Store, "--master-key-file", Master, "--client", "acme", "--tier", "PRO");
        var rotated = await RunAsync("rotate", "shop.1", "shop.2", "--print", "--store", Store, "--master-key-file", Master, "--overlap-days", "1");
        Assert.Equal(0, rotated.Exit);
        Assert.Equal(32, Convert.FromBase64String(rotated.Output.Trim()).Length);
        Assert.Equal(2, (await RunAsync("rotate", "shop.1", "shop.2", "--print", "--store", Store, "--master-key-file", Master)).Exit);
        // It opens nothing, so it needs no master key.
        Assert.Equal(0, (await RunAsync("revoke", "shop.1", "--store", Store)).Exit);
        Assert.Equal(2, (await RunAsync("revoke", "absent", "--store", Store)).Exit);

        var list = await RunAsync("list", "--store", Store, "--master-key-file", Master);
        Assert.Equal(["revoked", "expires in 90 days"], list.Lines.Select(line => line.Contains("revoked", StringComparison.Ordinal) ? "revoked" : "expires in 90 days"));
        var json = (await RunAsync("list", "--json", "--store", Store, "--master-key-file", Master)).Lines.Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(["shop.1", "shop.2"], json.Select(key => key.GetProperty("keyid").GetString()));
        Assert.Equal(["revoked", "expires in 90 days"], json.Select(key => key.GetProperty("state").GetString()));
        Assert.All(json, key => Assert.Equal("acme", key.GetProperty("client").GetString()));
    }

    [Fact]
    public async Task Import_OfAnOldClientsSecret_NeedsAnEndpoint()
    {
        var file = Path.Combine(folder, "old");
        await File.WriteAllTextAsync(file, "sk_test_3f9c0e7b2a6d4c11\n", TestContext.Current.CancellationToken);
        string[] import = ["import", "client_123", "--profile", "seed-v0", "--secret-file", file, "--store", Store, "--master-key-file", Master];

        Assert.Equal(2, (await RunAsync(import)).Exit);
        Assert.Equal(0, (await RunAsync([.. import, "--endpoint", "/old"])).Exit);
        using var keys = Open(Master);
        Assert.Equal(SignatureProfile.SeedV0, keys.Find("client_123")!.Profile);
        Assert.True(keys.Find("client_123")!.Key.IsSameAs(SigningKey.Seed("client_123", "sk_test_3f9c0e7b2a6d4c11")));

        // Its client takes what is printed for the text that it signs with.
        var rotated = await RunAsync("rotate", "client_123", "client_124", "--print", "--store", Store, "--master-key-file", Master);
        using var after = Open(Master);
        Assert.True(after.Find("client_124")!.Key.IsSameAs(SigningKey.Seed("client_124", rotated.Output.Trim())));
        Assert.Equal(2, (await RunAsync([.. import.Select(part => part == "client_123" ? "client_125" : part), "--endpoint", "/old", "--acts-for-users"])).Exit);
    }

    [Fact]
    public async Task Thaw_OfAFrozenKey_LetsItGoOn()
    {
        await RunAsync("new", "shop", "--print", "--store", Store, "--master-key-file", Master);
        using (var keys = Open(Master)) await keys.FreezeAsync("shop", DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
        Assert.Contains("frozen", (await RunAsync("list", "--store", Store, "--master-key-file", Master)).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("thaw", "shop", "--store", Store)).Exit);
        Assert.DoesNotContain("frozen", (await RunAsync("list", "--store", Store, "--master-key-file", Master)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thaw_OfAKeyThatIsFrozenForAWhile_EndsThatForAllServers()
    {
        using (var lockOuts = new SqliteLockOutStore(Store, TimeProvider.System))
        {
            await lockOuts.RecordAsync(new LockOut("key:configured", TimeProvider.System.GetUtcNow().AddHours(1)), TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, (await RunAsync("thaw", "configured", "--store", Store)).Exit);
        using (var lockOuts = new SqliteLockOutStore(Store, TimeProvider.System)) Assert.Empty(await lockOuts.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, (await RunAsync("thaw", "configured", "--store", Store)).Exit);
    }

    [Fact]
    public async Task Store_ThatIsAbsent_IsNotMade()
    {
        var absent = Path.Combine(folder, "slip.db");
        Assert.Equal(2, (await RunAsync("list", "--store", absent)).Exit);
        Assert.False(File.Exists(absent));
    }

    [Fact]
    public void Options_OfAllKeyCommands_TakeNoSecretAsAnArgument()
    {
        var allowed = new[] { "--secret-file", "--secret-env", "--master-key-file", "--master-key-env" };
        var options = KeysCommand.Create().Subcommands.SelectMany(command => command.Options).Select(option => option.Name).Where(name => name.Contains("secret", StringComparison.Ordinal) || name.Contains("key", StringComparison.Ordinal));
        Assert.Subset(allowed.ToHashSet(), options.ToHashSet());
    }

    private static Task<CommandRun> RunAsync(params string[] args) => CommandRun.OfAsync(KeysCommand.Create(), args);

    private Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(folder, file), TestContext.Current.CancellationToken);

    private SqliteSigningKeyStore Open(string? master = null)
    {
        var options = new SqliteStoreOptions { KeyProtector = master is null ? null : AesGcmKeyProtector.FromFile(master) };
        options.KeyAlgorithms.Add(Ed25519.Algorithm);
        return new SqliteSigningKeyStore(Store, TimeProvider.System, options);
    }
}
