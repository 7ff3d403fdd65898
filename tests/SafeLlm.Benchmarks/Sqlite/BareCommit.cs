using System.Globalization;
using Microsoft.Data.Sqlite;

namespace SafeLlm.Benchmarks.Sqlite;

/// <summary>The peer: what one durable commit of a single row costs, with SQLite as it comes.</summary>
internal sealed class BareCommit : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand insert;
    private readonly SqliteParameter id;
    private long next;

    public BareCommit(string path, int process = 0)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        Execute("PRAGMA busy_timeout = 60000");
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
        Execute("CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, amount INTEGER) WITHOUT ROWID");
        insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO rows VALUES ($id, 1)";
        id = insert.Parameters.Add("$id", SqliteType.Text);
        insert.Prepare();
        next = (long)process << 40;
    }

    public void Run()
    {
        id.Value = (++next).ToString(CultureInfo.InvariantCulture);
        _ = insert.ExecuteNonQuery();
    }

    public void Dispose()
    {
        insert.Dispose();
        connection.Dispose();
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        _ = command.ExecuteNonQuery();
    }
}
