using SafeLlm.Anomalies;
using SafeLlm.Sqlite.Anomalies;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite;

/// <summary>Who has to wait, in a store file. Safe for any number of threads and processes.</summary>
public sealed class SqliteLockOutStore : ILockOutStore, IDisposable
{
    private readonly StoreUse use;
    private readonly TimeProvider time;

    /// <summary>Opens a store file, and makes it where there is none.</summary>
    /// <param name="path">The file. Everybody in this process who names it shares it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How it is used; the defaults unless given.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used.</exception>
    public SqliteLockOutStore(string path, TimeProvider time, SqliteStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        use = new StoreUse(path, options);
    }

    private long Now => time.GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public async ValueTask RecordAsync(LockOut lockOut, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(lockOut.Scope, nameof(lockOut));
        _ = await use.File.RunAsync(false, session => LockOutRows.Record(session.Connection, lockOut, Now), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask EndAsync(string scope, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(scope);
        _ = await use.File.RunAsync(false, session => LockOutRows.End(session.Connection, scope), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LockOut>> ReadAsync(CancellationToken cancellationToken) =>
        await use.File.RunAsync(false, session => LockOutRows.Read(session.Connection, Now), cancellationToken).ConfigureAwait(false);

    /// <summary>Closes the file, unless others in this process use it.</summary>
    public void Dispose() => use.Dispose();
}
