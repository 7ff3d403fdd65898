using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SafeLlm.Sqlite.Files;

/// <summary>One connection to a store file, with the statements it has prepared. Used by one thread at a time.</summary>
internal sealed class StoreConnection : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);

    private StoreConnection(string path, SqliteConnection connection)
    {
        Path = path;
        this.connection = connection;
    }

    public string Path { get; }

    private sqlite3 Handle => connection.Handle ?? throw new ObjectDisposedException(nameof(StoreConnection));

    /// <summary>Opens a file for reading and writing, makes it where there is none, and brings it up to the present version.</summary>
    /// <exception cref="SqliteStoreException">It cannot be used; nothing of it was changed.</exception>
    public static StoreConnection Open(string path, SqliteStoreOptions options, IReadOnlyList<string> migrations)
    {
        NewFile.Create(path);
        return Open(path, SqliteOpenMode.ReadWrite, opened =>
        {
            opened.Prepare(options);
            Migrations.RefuseNewer(opened, migrations);
            opened.CheckIntegrity(options.IntegrityCheck);
            Migrations.Apply(opened, migrations);
        });
    }

    /// <summary>Opens a file that must exist, to read it beside whoever writes it.</summary>
    /// <exception cref="SqliteStoreException">It cannot be used.</exception>
    public static StoreConnection OpenToRead(string path, IReadOnlyList<string> migrations) => Open(path, SqliteOpenMode.ReadOnly, opened =>
    {
        opened.Execute("PRAGMA busy_timeout = 5000");
        Migrations.CheckVersion(opened, migrations);
    });

    /// <summary>A new and empty store in memory, to compare a file with.</summary>
    public static StoreConnection OpenInMemory(IReadOnlyList<string> migrations) =>
        Open(":memory:", SqliteOpenMode.Memory, opened => Migrations.Apply(opened, migrations));

    public Statement Statement(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            statements[sql] = statement = new Statement(Path, Handle, sql);
        }

        return statement;
    }

    /// <summary>Runs statements that are not kept.</summary>
    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(Handle, sql);
        if (code != raw.SQLITE_OK)
        {
            throw StoreFaults.From(Path, Handle, code);
        }
    }

    public bool IsInTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }

    private static StoreConnection Open(string path, SqliteOpenMode mode, Action<StoreConnection> make)
    {
        // Pooled connections would outlive the store and keep the file open.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        var opened = new StoreConnection(path, connection);
        try
        {
            connection.Open();
            make(opened);
            return opened;
        }
        catch (SqliteException failure)
        {
            opened.Dispose();
            throw StoreFaults.From(path, failure);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private void Prepare(SqliteStoreOptions options)
    {
        if (raw.sqlite3_db_readonly(Handle, "main") == 1)
        {
            throw StoreFaults.ReadOnly(Path);
        }

        Execute(FormattableString.Invariant($"PRAGMA busy_timeout = {(long)options.LockTimeout.TotalMilliseconds}"));
        Migrations.CheckOwner(this);
        var mode = Statement("PRAGMA journal_mode = WAL");
        _ = mode.Step();
        var chosen = mode.Text(0);
        mode.Reset();
        if (chosen != "wal")
        {
            throw StoreFaults.NoLog(Path, chosen);
        }

        // fullfsync: on a Mac, fsync alone does not reach the disk. A log that grew once gives its room back.
        Execute("PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY");
        if (options.MaxPages is { } pages)
        {
            Execute(FormattableString.Invariant($"PRAGMA max_page_count = {pages}"));
        }
    }

    private void CheckIntegrity(SqliteIntegrityCheck check)
    {
        if (check == SqliteIntegrityCheck.None)
        {
            return;
        }

        using var statement = new Statement(Path, Handle, check == SqliteIntegrityCheck.Full ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
        _ = statement.Step();
        var finding = statement.Text(0);
        statement.Reset();
        if (finding != "ok")
        {
            throw StoreFaults.Corrupt(Path, finding);
        }
    }
}
