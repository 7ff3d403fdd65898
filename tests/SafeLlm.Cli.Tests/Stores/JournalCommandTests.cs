using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SafeLlm.Cli.Journals;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Tests.Stores;

public sealed class JournalCommandTests
{
    [Fact]
    public async Task Verify_OfAWholeJournal_SaysSo()
    {
        using var scene = await new StoreScene().FillAsync();

        var (exit, output, _) = scene.Run("journal", "verify");

        Assert.Equal(0, exit);
        Assert.Contains("whole: 2 lines, from line 1 to line 2", output, StringComparison.Ordinal);
        Assert.Contains("without a key", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_UnderAKeyAndAHead_FindsAChangeAndACut()
    {
        var key = Path.Combine(Directory.CreateTempSubdirectory("safellm-key-").FullName, "journal.key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), TestContext.Current.CancellationToken);
        using var scene = await new StoreScene(new SqliteStoreOptions { JournalKeyFile = key }).FillAsync();
        var head = scene.Path("head.txt");
        await File.WriteAllTextAsync(head, scene.Run("journal", "head").Output, TestContext.Current.CancellationToken);

        Assert.Equal(0, scene.Run("journal", "verify", "--journal-key", key, "--head", head).Exit);
        Change(scene, "DELETE FROM journal WHERE number = 2");
        var (cut, told, _) = scene.Run("journal", "verify", "--journal-key", key, "--head", head);
        Change(scene, "UPDATE journal SET actual_nanos = 0");
        var (changed, _, _) = scene.Run("journal", "verify", "--journal-key", key);

        Assert.Equal((1, 1), (cut, changed));
        Assert.Contains("cut off", told, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(key)!, recursive: true);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("head")]
    public async Task JournalOnAServer_HasNoChain_AndThatIsSaid(string verb)
    {
        // Nobody is asked: what is not there needs no connection.
        var run = await CommandRun.OfAsync(JournalCommand.Create(), verb, "--store", "redis://127.0.0.1:1/shop");

        Assert.Equal(2, run.Exit);
        Assert.Contains("The journal of a ledger on a server is capped and has no chain", run.Errors, StringComparison.Ordinal);
        Assert.Contains("UseSqlite", run.Errors, StringComparison.Ordinal);
    }

    private static void Change(StoreScene scene, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = scene.Store, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        _ = command.ExecuteNonQuery();
    }
}
