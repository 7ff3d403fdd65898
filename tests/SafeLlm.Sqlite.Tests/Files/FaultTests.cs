using Microsoft.Data.Sqlite;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Sqlite.Tests.Files;

public sealed class FaultTests : IDisposable
{
    private static readonly Limit Tokens = Limit.Tokens(1_000_000).PerDay();
    private readonly StoreFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task File_WithoutRoom_RefusesAndKeepsAllThatItTook()
    {
        var held = 0;
        using (var ledger = Open(new SqliteStoreOptions { MaxPages = 64 }))
        {
            var fault = await Assert.ThrowsAsync<SqliteStoreException>(async () =>
            {
                for (; held < 10_000; held++) await HoldAsync(ledger, new string('x', 400) + held);
            });
            Assert.Equal(SqliteStoreFault.Full, fault.Fault);
            Assert.Contains("Make room", fault.Message, StringComparison.Ordinal);
            Assert.Equal(held, await ledger.CountHoldsAsync(Cancellation));
        }

        using var roomy = Open();
        Assert.Equal(held, await roomy.CountHoldsAsync(Cancellation));
        Assert.Equal(held * 10L, (await roomy.ReadAsync([Tokens], Cancellation))[0].Held);
        await HoldAsync(roomy, "one more");
    }

    [Fact]
    public async Task File_WithoutRoom_TakesASettleOnceThereIsRoom()
    {
        using (var ledger = Open(new SqliteStoreOptions { MaxPages = 64 }))
        {
            await HoldAsync(ledger, "first");
            await Assert.ThrowsAsync<SqliteStoreException>(async () =>
            {
                for (var i = 0; i < 10_000; i++) await HoldAsync(ledger, new string('x', 400) + i);
            });

            // The row is there already: a settle needs no room of its own.
            Assert.True((await ledger.SettleAsync("first", new Amounts(3, 0, default), Cancellation)).Found);
        }

        using var again = Open();
        Assert.Equal(3, (await again.ReadAsync([Tokens], Cancellation))[0].Spent);
    }

    [Fact]
    public async Task File_LockedByAnother_FailsInTimeAndGoesOnAfterwards()
    {
        using var ledger = Open(new SqliteStoreOptions { LockTimeout = TimeSpan.FromMilliseconds(50) });
        await HoldAsync(ledger, "before");
        using (var other = Connect(folder.File))
        {
            Execute(other, "BEGIN IMMEDIATE");
            var fault = await Assert.ThrowsAsync<SqliteStoreException>(() => HoldAsync(ledger, "during"));
            Assert.Equal(SqliteStoreFault.Locked, fault.Fault);
            Execute(other, "ROLLBACK");
        }

        await HoldAsync(ledger, "after");
        Assert.Equal(2, await ledger.CountHoldsAsync(Cancellation));
    }

    [Fact]
    public async Task File_ThatIsDamaged_IsRefusedWhenItIsOpened()
    {
        using (var ledger = Open())
        {
            for (var i = 0; i < 500; i++) await HoldAsync(ledger, new string('x', 100) + i);
        }

        await using (var file = File.OpenWrite(folder.File))
        {
            // Every page but the first.
            for (var at = 4096L; at < file.Length; at += 4096)
            {
                file.Position = at;
                await file.WriteAsync(new byte[64], Cancellation);
            }
        }

        var fault = Assert.Throws<SqliteStoreException>(() => Open());
        Assert.Equal(SqliteStoreFault.Corrupt, fault.Fault);
        Assert.Contains(".recover", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_OfText_IsRefusedAndLeftAlone()
    {
        var text = string.Concat(Enumerable.Repeat("This is no database. ", 100));
        File.WriteAllText(folder.File, text);

        var fault = Assert.Throws<SqliteStoreException>(() => Open());

        Assert.Equal(SqliteStoreFault.Foreign, fault.Fault);
        Assert.Equal(text, File.ReadAllText(folder.File));
    }

    [Fact]
    public void File_OfAnotherProgram_IsRefusedAndLeftAlone()
    {
        using (var other = Connect(folder.File)) Execute(other, "CREATE TABLE customers (id)");
        var before = File.ReadAllBytes(folder.File);

        var fault = Assert.Throws<SqliteStoreException>(() => Open());

        Assert.Equal(SqliteStoreFault.Foreign, fault.Fault);
        Assert.Equal(before, File.ReadAllBytes(folder.File));
    }

    [Fact]
    public void File_OfANewerVersion_IsRefusedAndLeftAlone()
    {
        Open().Dispose();
        using (var other = Connect(folder.File)) Execute(other, "PRAGMA user_version = 99");
        var before = File.ReadAllBytes(folder.File);

        var fault = Assert.Throws<SqliteStoreException>(() => Open());

        Assert.Equal(SqliteStoreFault.Newer, fault.Fault);
        Assert.Contains("99", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder.File));
    }

    [Fact]
    public void File_InAFolderThatIsNotThere_IsRefused()
    {
        var fault = Assert.Throws<SqliteStoreException>(() => new SqliteLedger(folder.Path("no/such/folder/safellm.db"), TimeProvider.System));

        Assert.Equal(SqliteStoreFault.CannotOpen, fault.Fault);
    }

    [Fact]
    public void File_ThatCanOnlyBeRead_IsRefused()
    {
        Open().Dispose();
        using var locked = ReadOnlyFile.Make(folder.File);

        var fault = Assert.Throws<SqliteStoreException>(() => Open());

        Assert.Equal(SqliteStoreFault.ReadOnly, fault.Fault);
        Assert.Contains("right to write", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NewFile_IsReadableByItsOwnerOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such rights.");
            return;
        }

        using var ledger = Open();

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(folder.File)!))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Operation_ThatFailsByItself_TakesNoOtherWithIt()
    {
        using var file = new SafeLlm.Sqlite.Files.StoreUse(folder.File, new SqliteStoreOptions());
        using var ledger = Open();

        // Queued together behind one that keeps the writer busy, so that they share a transaction.
        using var begun = new SemaphoreSlim(0);
        using var together = new ManualResetEventSlim();
        var busy = KeepBusy(file, begun, together);
        await begun.WaitAsync(Cancellation);
        var before = HoldAsync(ledger, "before");
        var broken = file.File.RunAsync<int>(true, _ => throw new InvalidOperationException("broken"), Cancellation);
        var after = HoldAsync(ledger, "after");
        together.Set();

        await Assert.ThrowsAsync<InvalidOperationException>(() => broken);
        await Task.WhenAll(busy, before, after);
        Assert.Equal(2, await ledger.CountHoldsAsync(Cancellation));
        Assert.Equal(20, (await ledger.ReadAsync([Tokens], Cancellation))[0].Held);
    }

    [Fact]
    public async Task Operation_ThatFindsNobodyWriting_IsDoneWhereItIsCalled()
    {
        using var file = new SafeLlm.Sqlite.Files.StoreUse(folder.File, new SqliteStoreOptions());

        // On a thread without a context; one with a context, such as a window's, is not kept.
        var (caller, writer, isDone) = await Task.Run(
            () =>
            {
                var done = file.File.RunAsync(true, _ => Environment.CurrentManagedThreadId, Cancellation);
                return (Environment.CurrentManagedThreadId, done, done.IsCompleted);
            },
            Cancellation);

        Assert.True(isDone);
        Assert.Equal(caller, await writer);
    }

    [Fact]
    public async Task Hold_GivenUpWhileItWaits_IsNotTaken()
    {
        using var file = new SafeLlm.Sqlite.Files.StoreUse(folder.File, new SqliteStoreOptions());
        using var ledger = Open();
        using var begun = new SemaphoreSlim(0);
        using var together = new ManualResetEventSlim();
        using var caller = new CancellationTokenSource();
        var busy = KeepBusy(file, begun, together);

        // Only behind a turn that runs already does the hold wait: with it in one turn it would have started.
        await begun.WaitAsync(Cancellation);
        var hold = ledger.HoldAsync(Request("a"), caller.Token).AsTask();

        await caller.CancelAsync();
        together.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hold);
        await busy;
        Assert.Equal(0, await ledger.CountHoldsAsync(Cancellation));
    }

    [Fact]
    public async Task Store_AfterItWasClosed_SaysSo()
    {
        var ledger = Open();
        ledger.Dispose();
        ledger.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => HoldAsync(ledger, "a"));
    }

    internal static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        _ = command.ExecuteNonQuery();
    }

    // On a thread of its own: who finds nobody writing writes where they are.
    private static Task<bool> KeepBusy(SafeLlm.Sqlite.Files.StoreUse file, SemaphoreSlim begun, ManualResetEventSlim until) => Task.Run(
        () => file.File.RunAsync(
            false,
            _ =>
            {
                begun.Release();
                return until.Wait(TimeSpan.FromMinutes(1));
            },
            Cancellation),
        Cancellation);

    private SqliteLedger Open(SqliteStoreOptions? options = null) => new(folder.File, TimeProvider.System, options);

    private static HoldRequest Request(string id) => new(id, [Tokens], new Amounts(5, 5, NanoUsd.Zero), TimeSpan.FromHours(1));

    private static async Task HoldAsync(SqliteLedger ledger, string id) =>
        Assert.Equal(HoldOutcome.Held, (await ledger.HoldAsync(Request(id), Cancellation)).Outcome);
}
