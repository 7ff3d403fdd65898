using System.Runtime.CompilerServices;
using SafeLlm.Alerts;
using SafeLlm.Limits;
using SafeLlm.Sqlite.Alerts;
using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Journal;
using SafeLlm.Sqlite.Ledger;

namespace SafeLlm.Sqlite;

/// <summary>Looks into a store file, beside whoever writes it and without a lock. Used by one thread at a time.</summary>
public sealed class SqliteStoreReader : IStoreView
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

    /// <inheritdoc/>
    /// <exception cref="SqliteStoreException">It cannot be read.</exception>
    public ValueTask<IReadOnlyList<CounterState>> ReadCountersAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = time.GetUtcNow().UtcTicks;
        return ValueTask.FromResult<IReadOnlyList<CounterState>>(new CounterRows(connection).ReadAll(now));
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteStoreException">It cannot be read.</exception>
    public ValueTask<IReadOnlyList<OpenHold>> ReadHoldsAsync(int most, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var counters = new CounterRows(connection);
        return ValueTask.FromResult<IReadOnlyList<OpenHold>>(
        [
            .. new HoldRows(connection).ReadOpen(most).Select(hold => new OpenHold(
                hold.ToHold(),
                hold.OnLeaseEnd,
                [.. hold.Shares.Select(share => counters.ScopeOf(share.Counter)).OfType<string>().Distinct(StringComparer.Ordinal)])),
        ]);
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteStoreException">It cannot be read.</exception>
    public ValueTask<IReadOnlyList<Alert>> ReadAlertsAsync(int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<Alert>>(new AlertRows(connection).ReadLast(most));
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteStoreException">It cannot be read.</exception>
    public async IAsyncEnumerable<JournalEntry> ReadJournalAsync(DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var line in ReadJournal(from, to))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return line;
        }
    }

    private IEnumerable<JournalEntry> ReadJournal(DateTimeOffset from, DateTimeOffset to)
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
                yield return JournalRow.Read(select, connection).Entry;
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
        var (number, mac, _) = JournalRows.ReadHead(connection);
        return new SqliteJournalHead(number, Convert.ToHexStringLower(mac));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => connection.Dispose();
}
