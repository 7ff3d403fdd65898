using SafeLlm.Signing;
using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Keys;

namespace SafeLlm.Sqlite;

/// <summary>
/// Signing keys in a store file. Secrets are sealed, public keys lie open. A change counts at once in the process that made it and
/// within a second in all others that share the file. Safe for any number of threads.
/// </summary>
public sealed class SqliteSigningKeyStore : ISigningKeyStore, IKeyRegistry, IDisposable
{
    private readonly StoreUse use;
    private readonly KeyRecords records;
    private readonly Lazy<KeyWatcher> watcher;

    /// <summary>Opens a store file, and makes it where there is none. Keys are read when the first is asked for.</summary>
    /// <param name="path">The file. Everybody in this process who names it shares it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How it is used, and what seals the secrets; the defaults unless given.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used.</exception>
    public SqliteSigningKeyStore(string path, TimeProvider time, SqliteStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        options ??= new SqliteStoreOptions();
        records = new KeyRecords(options.KeyAlgorithms, options.KeyProtector);
        use = new StoreUse(path, options);
        // A client that shares its verifier's file has no business with keys, nor the means to open them.
        watcher = new Lazy<KeyWatcher>(() => new KeyWatcher(use.File.Path, time, records));
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteStoreException">The file cannot be read, when keys are asked for the first time.</exception>
    public IReadOnlyCollection<VerifierKey> All => watcher.Value.Snapshot.Keys.Values;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Faults => watcher.Value.Snapshot.Faults;

    /// <inheritdoc/>
    public DateTimeOffset? CurrentAt => watcher.Value.CurrentAt;

    /// <inheritdoc/>
    public VerifierKey? Find(string keyId) => watcher.Value.Snapshot.Keys.GetValueOrDefault(keyId);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The key's secret cannot be sealed: there is no protector.</exception>
    public ValueTask<bool> AddAsync(VerifierKey key, CancellationToken cancellationToken)
    {
        var material = records.Seal(key);
        return ChangeAsync(connection => KeyRows.Add(connection, key, material), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<VerifierKey>> ListAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        watcher.Value.Look();
        return ValueTask.FromResult<IReadOnlyList<VerifierKey>>([.. watcher.Value.Snapshot.Keys.Values.OrderBy(key => key.Key.KeyId, StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public ValueTask<bool> EndAsync(string keyId, DateTimeOffset notAfter, CancellationToken cancellationToken) =>
        ChangeAsync(connection => KeyRows.End(connection, keyId, notAfter.UtcTicks), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RevokeAsync(string keyId, DateTimeOffset at, CancellationToken cancellationToken) =>
        ChangeAsync(connection => KeyRows.Revoke(connection, keyId, at.UtcTicks), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> FreezeAsync(string keyId, DateTimeOffset? at, CancellationToken cancellationToken) =>
        ChangeAsync(connection => KeyRows.Freeze(connection, keyId, at?.UtcTicks), cancellationToken);

    /// <summary>Closes the file, unless others in this process use it.</summary>
    public void Dispose()
    {
        if (watcher.IsValueCreated) watcher.Value.Dispose();
        use.Dispose();
    }

    // Durable: a revocation that a power cut took back would let the key in again.
    private async ValueTask<bool> ChangeAsync(Func<StoreConnection, bool> change, CancellationToken cancellationToken)
    {
        var changed = await use.File.RunAsync(true, session => change(session.Connection), cancellationToken).ConfigureAwait(false);
        if (changed && watcher.IsValueCreated) watcher.Value.Look();
        return changed;
    }
}
