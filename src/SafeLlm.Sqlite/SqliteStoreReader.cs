using SafeLlm.Limits;
using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Journal;
using SafeLlm.Sqlite.Ledger;

namespace SafeLlm.Sqlite;

/// <summary>Looks into a store file, beside whoever writes it and without a lock. Used by one thread at a time.</summary>
public sealed class SqliteStoreReader : IDisposable
{
    private readonly StoreConnection connection;
    private readonly TimeProvider time;

    /// <summary>Opens a file that must exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock: what has left its window by now is not counted.</param>
    /// <exception cref="SqliteStoreException">It cannot be read.</exception>
    public SqliteStoreReader(string path, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        connection = StoreConnection.OpenToRead(StoreFile.FullPath(path), Schema.Steps);
    }

    /// <summary>Every counter that counts something or has a cap of an operator's, by scope, dimension and window.</summary>
    /// <exception cref="SqliteStoreException">It cannot be read.</exception>
    public IReadOnlyList<SqliteBudget> ReadBudgets()
    {
        var now = time.GetUtcNow().UtcTicks;
        return
        [
            .. new CounterRows(connection).ReadAll().Select(row =>
            {
                var (counter, window) = row;
                counter.Advance(now);
                return new SqliteBudget(counter.Key.Scope, counter.Key.Dimension, window, counter.CapInForce, counter.Spent, counter.Held)
                {
                    IsSetByOperator = counter.OperatorCap is not null,
                    ApplicationCap = counter.Cap,
                    ResetsAt = counter.ResetsAt,
                };
            }),
        ];
    }

    /// <summary>Open holds, the oldest first.</summary>
    /// <param name="most">How many at most.</param>
    /// <exception cref="SqliteStoreException">It cannot be read.</exception>
    public IReadOnlyList<SqliteHold> ReadHolds(int most)
    {
        var counters = new CounterRows(connection);
        return
        [
            .. new HoldRows(connection).ReadOpen(most).Select(hold => new SqliteHold(
                hold.ToHold(),
                hold.OnLeaseEnd,
                [.. hold.Shares.Select(share => counters.Find(share.Counter)?.Key.Scope).OfType<string>().Distinct(StringComparer.Ordinal)])),
        ];
    }

    /// <summary>
    /// The lines of the journal from an instant up to, and without, another, in the order in which they were added; without
    /// those about an ended lease that a late settle has corrected.
    /// </summary>
    /// <exception cref="SqliteStoreException">It cannot be read.</exception>
    public IEnumerable<JournalEntry> ReadJournal(DateTimeOffset from, DateTimeOffset to)
    {
        var select = connection.Statement($"""
            SELECT {JournalRow.Columns} FROM journal AS line WHERE at >= ? AND at < ?
            AND NOT (outcome = 'LeaseEnded' AND EXISTS (SELECT 1 FROM journal AS late WHERE late.id = line.id AND late.outcome <> 'LeaseEnded'))
            ORDER BY number
            """).Bind(1, from.UtcTicks).Bind(2, to.UtcTicks);
        try
        {
            while (select.Step())
            {
                yield return JournalRow.Read(select).Entry;
            }
        }
        finally
        {
            select.Reset();
        }
    }

    /// <summary>The last line of the journal.</summary>
    /// <exception cref="SqliteStoreException">It cannot be read.</exception>
    public SqliteJournalHead ReadJournalHead()
    {
        var (number, mac) = JournalRows.ReadHead(connection);
        return new SqliteJournalHead(number, Convert.ToHexStringLower(mac));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => connection.Dispose();
}
