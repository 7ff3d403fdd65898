using SafeLlm.Accounts;
using SafeLlm.Sqlite.Accounts;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite;

/// <summary>To whom ids of the provider were issued, in a store file: some 120 bytes an id. Safe for any number of threads and processes.</summary>
public sealed class SqliteIssuedIdStore : IIssuedIdStore, IDisposable
{
    private readonly StoreUse use;
    private readonly TimeProvider time;

    /// <summary>Opens a store file, and makes it where there is none.</summary>
    /// <param name="path">The file. Everybody in this process who names it shares it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How it is used; the defaults unless given.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used.</exception>
    public SqliteIssuedIdStore(string path, TimeProvider time, SqliteStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        use = new StoreUse(path, options);
    }

    private long Now => time.GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public async ValueTask RecordAsync(string tenant, IReadOnlyList<string> ids, DateTimeOffset until, int most, CancellationToken cancellationToken)
    {
        IIssuedIdStore.Check(tenant, ids);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        // What is lost with the machine is refused, and made anew.
        _ = await use.File.RunAsync(false, session => IssuedIdRows.Record(session.Connection, IssuedIdHash.Of(tenant), ids, until.UtcTicks, most, Now), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> AreOfAsync(string tenant, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        IIssuedIdStore.Check(tenant, ids);
        return await use.File.RunAsync(false, session => IssuedIdRows.AreOf(session.Connection, IssuedIdHash.Of(tenant), ids, Now), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask ForgetAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(tenant);
        ArgumentNullException.ThrowIfNull(id);
        _ = await use.File.RunAsync(false, session => IssuedIdRows.Forget(session.Connection, IssuedIdHash.Of(tenant), id), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the file, unless others in this process use it.</summary>
    public void Dispose() => use.Dispose();
}
