using SafeLlm.Signing;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Keys;

/// <summary>
/// Keeps the keys of a file in memory and looks every quarter of a second whether another process has changed them. While the file
/// cannot be read the snapshot grows old, and says so.
/// </summary>
internal sealed class KeyWatcher : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly string path;
    private readonly TimeProvider time;
    private readonly KeyRecords records;
    private readonly FaultRetry retry = new();
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private StoreConnection? connection;
    private KeySnapshot snapshot = KeySnapshot.None;
    private long currentAt;
    private bool isDisposed;

    /// <summary>Reads the keys for the first time.</summary>
    /// <exception cref="SqliteStoreException">The file cannot be read.</exception>
    public KeyWatcher(string path, TimeProvider time, KeyRecords records)
    {
        this.path = path;
        this.time = time;
        this.records = records;
        var asked = time.GetUtcNow();
        connection = Open();
        Take(KeyRows.Version(connection), asked);
        timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    public KeySnapshot Snapshot => Volatile.Read(ref snapshot);

    public DateTimeOffset CurrentAt => new(Interlocked.Read(ref currentAt), TimeSpan.Zero);

    /// <summary>Looks now: after a change of our own it counts at once.</summary>
    public void Look()
    {
        // One at a time; whoever comes meanwhile waits for what the other finds.
        lock (gate)
        {
            if (isDisposed) return;
            try
            {
                var asked = time.GetUtcNow();
                connection ??= Open();
                var version = KeyRows.Version(connection);
                if (version != snapshot.Version || retry.IsDue(asked)) Take(version, asked);
                else Interlocked.Exchange(ref currentAt, asked.UtcTicks);
            }
            catch (SqliteStoreException)
            {
                // Told to everybody who asks: the snapshot is not current any more. A new connection is tried the next time.
                connection?.Dispose();
                connection = null;
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            timer.Dispose();
            connection?.Dispose();
            connection = null;
        }
    }

    // The version was asked for first: a change in between is read with the next look.
    private void Take(long version, DateTimeOffset asked)
    {
        // A key that does not open is left out: its owner is refused, and nobody else.
        var faults = new List<string>();
        var keys = KeyRows.Read(connection!, records, faults);
        retry.Note(faults.Count > 0, version != snapshot.Version, asked);
        Volatile.Write(ref snapshot, KeySnapshot.Of(version, keys, faults));
        // To open many keys takes a while, which makes what was read no older than the version says that it is now.
        var opened = time.GetUtcNow();
        Interlocked.Exchange(ref currentAt, (KeyRows.Version(connection!) == version ? opened : asked).UtcTicks);
    }

    private StoreConnection Open() => StoreConnection.OpenToRead(path, Schema.Steps);
}
