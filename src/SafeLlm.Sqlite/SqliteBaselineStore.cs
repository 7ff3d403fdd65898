using SafeLlm.Anomalies;
using SafeLlm.Sqlite.Anomalies;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite;

/// <summary>What was learned of keys, in a store file: fifteen short rows a key. Safe for any number of threads and processes.</summary>
public sealed class SqliteBaselineStore : IBaselineStore, IDisposable
{
    private readonly StoreUse use;

    /// <summary>Opens a store file, and makes it where there is none.</summary>
    /// <param name="path">The file. Everybody in this process who names it shares it.</param>
    /// <param name="options">How it is used; the defaults unless given.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used.</exception>
    public SqliteBaselineStore(string path, SqliteStoreOptions? options = null)
    {
        use = new StoreUse(path, options);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UsageDay>> LoadAsync(string keyId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyId);
        return await use.File.RunAsync(false, session => UsageRows.Load(session.Connection, keyId), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(string keyId, IReadOnlyList<UsageDay> days, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyId);
        ArgumentNullException.ThrowIfNull(days);
        // What is lost with the machine is learned again.
        _ = await use.File.RunAsync(false, session => UsageRows.Save(session.Connection, keyId, days), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UsagePart>> ExchangeAsync(string keyId, string node, IReadOnlyList<UsagePart> parts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyId);
        ArgumentException.ThrowIfNullOrEmpty(node);
        ArgumentNullException.ThrowIfNull(parts);
        return UsagePart.Sum(await use.File.RunAsync(false, session => PartRows.Exchange(session.Connection, keyId, node, parts, now), cancellationToken).ConfigureAwait(false), now);
    }

    /// <summary>Closes the file, unless others in this process use it.</summary>
    public void Dispose() => use.Dispose();
}
