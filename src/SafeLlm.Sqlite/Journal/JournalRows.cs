using SafeLlm.Limits;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Journal;

/// <summary>
/// Adds lines to the journal of a file, each chained to the one before, and cuts off old ones behind a checkpoint. Instants are
/// ticks of UTC.
/// </summary>
internal sealed class JournalRows(StoreConnection connection, JournalKey key, TimeSpan retention)
{
    private const int RowsATime = 500;
    private static readonly long CutEvery = TimeSpan.FromHours(1).Ticks;
    private static readonly byte[] Start = new byte[JournalText.MacLength];

    private JournalEnd? head;
    private long cutNext;

    /// <summary>The last line.</summary>
    public JournalEnd Head => head ??= ReadHead(connection);

    /// <summary>A journal that was chained under a key is not gone on with without one: from then on anybody could forge it.</summary>
    /// <exception cref="InvalidOperationException">It would be.</exception>
    public static void CheckKey(string path, JournalEnd head, JournalKey key)
    {
        if (head.KeyName is { } name && key.Name is null)
        {
            throw new InvalidOperationException(
                $"The journal in {path} is chained under the key {name}, and none was given. Name its file (JournalKeyFile, --journal-key) or set the environment variable {SqliteStoreOptions.DefaultJournalKeyVariable}.");
        }
    }

    /// <summary>False where the line is there already.</summary>
    /// <exception cref="InvalidOperationException">The journal is chained under a key, and there is none here.</exception>
    public bool Append(JournalEntry entry, long now)
    {
        // Here too: another process may have begun the chain since this one looked.
        CheckKey(connection.Path, Head, key);
        var (number, mac, _) = Head;
        var row = new JournalRow(number + 1, entry, key.Name, JournalText.Mac(key, mac, number + 1, entry));
        var insert = connection.Statement($"INSERT OR IGNORE INTO journal ({JournalRow.Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        row.Bind(insert);
        if (insert.Run() != 1)
        {
            return false;
        }

        head = new JournalEnd(row.Number, row.Mac, row.KeyName);
        if (now >= cutNext || cutNext > now + CutEvery)
        {
            cutNext = Cut(now) ? now : now + CutEvery;
        }

        return true;
    }

    public void Forget() => head = null;

    /// <summary>The last line of a file, or what its checkpoint says of it.</summary>
    public static JournalEnd ReadHead(StoreConnection connection)
    {
        var select = connection.Statement("SELECT number, mac, key_name FROM journal UNION ALL SELECT number, mac, key_name FROM journal_checkpoint ORDER BY number DESC LIMIT 1");
        var found = select.Step() ? new JournalEnd(select.Long(0), select.Blob(1).ToArray(), select.TextOrNull(2)) : new JournalEnd(0, Start, null);
        select.Reset();
        return found;
    }

    // Whether there may be more. The last line stays: it is what the next one is chained to.
    private bool Cut(long now)
    {
        // Not by the index on the instants ("+"): the first line that stays is soon met from the start, and the index would be sorted whole.
        var oldest = now - retention.Ticks;
        var select = connection.Statement("""
            SELECT number, mac, key_name FROM journal
            WHERE number < coalesce((SELECT number FROM journal WHERE +at >= ? ORDER BY number LIMIT 1), (SELECT max(number) FROM journal))
            ORDER BY number LIMIT ?
            """).Bind(1, oldest).Bind(2, RowsATime);
        var (count, last, mac, isBeforeKey) = (0, 0L, Start, false);
        while (select.Step())
        {
            (count, last) = (count + 1, select.Long(0));
            mac = select.Blob(1).ToArray();
            isBeforeKey = key.Name is not null && select.IsNull(2);
        }

        select.Reset();
        if (count > 0)
        {
            _ = connection.Statement("INSERT OR REPLACE INTO journal_checkpoint (only, number, mac, at, key_name, seal) VALUES (1, ?, ?, ?, ?, ?)")
                .Bind(1, last).Bind(2, mac).Bind(3, now).Bind(4, key.Name).Bind(5, JournalText.Seal(key, last, mac, now, isBeforeKey)).Run();
            _ = connection.Statement("DELETE FROM journal WHERE number <= ?").Bind(1, last).Run();
        }

        return count == RowsATime;
    }
}
