using System.Runtime.CompilerServices;
using SafeLlm.Limits;
using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Journal;

namespace SafeLlm.Sqlite;

/// <summary>
/// A journal in a store file. Every line carries a code (HMAC-SHA256 under <see cref="SqliteStoreOptions.JournalKeyFile"/>) over
/// itself and the code before it: a line that was changed, put in or taken out shows in <see cref="Verify"/>; so does an end that
/// was cut off, to whoever kept a <see cref="ReadHeadAsync">head</see> elsewhere. Old lines go by
/// <see cref="SqliteStoreOptions.JournalRetention"/> and leave a sealed checkpoint. Safe for any number of threads and processes.
/// </summary>
public sealed class SqliteJournal : IJournal, IDisposable
{
    private const int RowsATime = 500;

    private readonly StoreUse use;
    private readonly TimeProvider time;

    /// <summary>Opens a store file, and makes it where there is none.</summary>
    /// <param name="path">The file. Everybody in this process who names it shares it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How it is used; the defaults unless given.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used.</exception>
    public SqliteJournal(string path, TimeProvider time, SqliteStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        use = new StoreUse(path, options, writesJournal: true);
    }

    /// <inheritdoc/>
    /// <remarks>It is in the file when it is answered, and on the disk with the next hold of anybody.</remarks>
    /// <exception cref="SqliteStoreException">The file cannot be used now; nothing was added.</exception>
    public async ValueTask AppendAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        entry.Validate();
        _ = await use.File.RunAsync(false, session => session.Journal.Append(entry, time.GetUtcNow().UtcTicks), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteStoreException">The file cannot be used now.</exception>
    public async IAsyncEnumerable<JournalEntry> ReadAsync(DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var connection = StoreConnection.OpenToRead(use.File.Path, Schema.Steps);
        var last = 0L;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await Task.Run(() => ReadPage(connection, from.UtcTicks, to.UtcTicks, last), cancellationToken).ConfigureAwait(false);
            foreach (var row in page)
            {
                yield return row.Entry;
            }

            if (page.Count < RowsATime)
            {
                yield break;
            }

            last = page[^1].Number;
        }
    }

    /// <summary>The last line, to be kept elsewhere. It is on the disk when it is answered.</summary>
    /// <exception cref="SqliteStoreException">The file cannot be used now.</exception>
    public async ValueTask<SqliteJournalHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var (number, mac, _) = await use.File.RunAsync(true, session => session.Journal.Head, cancellationToken).ConfigureAwait(false);
        return new SqliteJournalHead(number, Convert.ToHexStringLower(mac));
    }

    /// <summary>Follows the chain of a journal, beside whoever writes it.</summary>
    /// <param name="path">The store file.</param>
    /// <param name="keyFiles">The files with the journal's keys: several where it changed; null or none to ask <paramref name="keyVariable"/>.</param>
    /// <param name="keyVariable">The environment variable with the key; null or unset for none.</param>
    /// <param name="head">A head that was kept; null for none.</param>
    /// <exception cref="SqliteStoreException">The file cannot be read.</exception>
    /// <exception cref="ArgumentException">The key cannot be read, or is none.</exception>
    public static SqliteJournalReport Verify(string path, IReadOnlyList<string>? keyFiles = null, string? keyVariable = SqliteStoreOptions.DefaultJournalKeyVariable, SqliteJournalHead? head = null)
    {
        JournalKey[] keys = keyFiles is { Count: > 0 } ? [.. keyFiles.Select(file => JournalKey.Load(file, null))] : [JournalKey.Load(null, keyVariable)];
        using var connection = StoreConnection.OpenToRead(StoreFile.FullPath(path), Schema.Steps);
        return new JournalAudit(connection, keys, head).Run();
    }

    /// <summary>Closes the file, unless others in this process use it.</summary>
    public void Dispose() => use.Dispose();

    private static List<JournalRow> ReadPage(StoreConnection connection, long from, long to, long after)
    {
        var select = connection.Statement($"SELECT {JournalRow.Columns} FROM journal WHERE number > ? AND +at >= ? AND +at < ? ORDER BY number LIMIT ?")
            .Bind(1, after).Bind(2, from).Bind(3, to).Bind(4, RowsATime);
        var page = new List<JournalRow>();
        while (select.Step())
        {
            page.Add(JournalRow.Read(select, connection));
        }

        select.Reset();
        return page;
    }
}
