using SafeLlm.Sqlite.Alerts;
using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Journal;
using SafeLlm.Sqlite.Ledger;
using SafeLlm.Sqlite.Nonces;

namespace SafeLlm.Sqlite.Writing;

/// <summary>
/// What the writer works with: the connection, and what it remembers of the file between transactions. That is forgotten
/// whenever another process has written, and after every rollback.
/// </summary>
internal sealed class StoreSession : IDisposable
{
    private long seen = -1;
    private bool? durable;

    private StoreSession(StoreConnection connection, JournalKey journalKey, TimeSpan journalRetention)
    {
        Connection = connection;
        Counters = new CounterRows(connection);
        Holds = new HoldRows(connection);
        Alerts = new AlertRows(connection);
        Journal = new JournalRows(connection, journalKey, journalRetention);
        var closing = new HoldClosing(Counters, Holds, Alerts, Journal);
        Upkeep = new Upkeep(Counters, Holds, closing);
        Ledger = new LedgerBook(Counters, Holds, closing);
        Nonces = new NonceRows(connection);
    }

    /// <exception cref="SqliteStoreException">The file cannot be used.</exception>
    public static StoreSession Open(string path, SqliteStoreOptions options, JournalKey journalKey)
    {
        var connection = StoreConnection.Open(path, options, Schema.Steps);
        try
        {
            return new StoreSession(connection, journalKey, options.JournalRetention);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public StoreConnection Connection { get; }

    public CounterRows Counters { get; }

    public HoldRows Holds { get; }

    public LedgerBook Ledger { get; }

    public Upkeep Upkeep { get; }

    public AlertRows Alerts { get; }

    public JournalRows Journal { get; }

    public NonceRows Nonces { get; }

    public void Begin(bool isDurable)
    {
        if (durable != isDurable)
        {
            // NORMAL commits to the log without waiting for the disk: it survives the process, and the machine with the next FULL.
            Connection.Execute(isDurable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            durable = isDurable;
        }

        _ = Connection.Statement("BEGIN IMMEDIATE").Run();
        var version = Connection.Statement("PRAGMA data_version").Number();
        if (version != seen)
        {
            Forget();
            seen = version;
        }
    }

    public void Commit()
    {
        Counters.Flush();
        Nonces.Flush();
        _ = Connection.Statement("COMMIT").Run();
    }

    public void Rollback()
    {
        Forget();
        if (Connection.IsInTransaction)
        {
            _ = Connection.Statement("ROLLBACK").Run();
        }
    }

    public void Dispose() => Connection.Dispose();

    private void Forget()
    {
        Counters.Forget();
        Holds.Forget();
        Nonces.Forget();
        Journal.Forget();
    }
}
