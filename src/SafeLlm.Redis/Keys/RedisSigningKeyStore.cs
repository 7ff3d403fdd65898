using SafeLlm.Signing;
using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>
/// Signing keys that every node shares. A change counts at once in the process that made it and within a second in all others.
/// Secrets are sealed, public keys lie open.
/// </summary>
internal sealed class RedisSigningKeyStore : ISigningKeyStore, IKeyRegistry, IDisposable
{
    private readonly RedisConnection connection;
    private readonly KeyRecords records;
    private readonly Lazy<KeyWatcher> watcher;

    public RedisSigningKeyStore(RedisConnection connection, TimeProvider time)
    {
        this.connection = connection;
        records = new KeyRecords(connection.Options.KeyAlgorithms, connection.Options.KeyProtector);

        // A client that shares its verifier's server has no business with keys, nor the means to open them.
        watcher = new Lazy<KeyWatcher>(() => new KeyWatcher(connection, time, records));
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<VerifierKey> All => watcher.Value.Keys.Values;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Faults => watcher.Value.Faults;

    /// <inheritdoc/>
    public DateTimeOffset? CurrentAt => watcher.Value.CurrentAt;

    /// <inheritdoc/>
    public VerifierKey? Find(string keyId) => watcher.Value.Keys.GetValueOrDefault(keyId);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The key's secret cannot be sealed: there is no protector.</exception>
    public async ValueTask<bool> AddAsync(VerifierKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var record = System.Text.Json.JsonSerializer.Serialize(KeyRecord.Of(key, records.Seal(key)), RedisJson.Default.KeyRecord);
        // Whole or not at all: one that was to end must not live for ever because its maker was cut off in between.
        RedisValue[] asked = [key.Key.KeyId, record, Instant(key.NotAfter), Instant(key.RevokedAt), Instant(key.FrozenAt)];
        bool isAdded;
        try
        {
            isAdded = await AskAsync("added", "add-key", asked).ConfigureAwait(false);
        }
        catch (RedisStoreException)
        {
            // It may be there: the same record once more finds itself. A name that nobody knows the secret of would be lost for good.
            isAdded = await AskAsync("added", "add-key", asked).ConfigureAwait(false);
        }

        if (!isAdded) return false;
        await LookAsync().ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<VerifierKey>> ListAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await watcher.Value.ReadAsync().ConfigureAwait(false);
        return [.. watcher.Value.Keys.Values.OrderBy(key => key.Key.KeyId, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public ValueTask<bool> EndAsync(string keyId, DateTimeOffset notAfter, CancellationToken cancellationToken) => ChangeAsync(keyId, "ends", notAfter);

    /// <inheritdoc/>
    public ValueTask<bool> RevokeAsync(string keyId, DateTimeOffset at, CancellationToken cancellationToken) => ChangeAsync(keyId, "revoked", at);

    /// <inheritdoc/>
    public ValueTask<bool> FreezeAsync(string keyId, DateTimeOffset? at, CancellationToken cancellationToken) => ChangeAsync(keyId, "frozen", at);

    /// <summary>Stops looking for changes. The connection belongs to the ledger.</summary>
    public void Dispose()
    {
        if (watcher.IsValueCreated) watcher.Value.Dispose();
    }

    private async ValueTask<bool> ChangeAsync(string keyId, string what, DateTimeOffset? at)
    {
        RedisValue[] instant = at is null ? [] : [Instant(at)];
        if (!await AskAsync("changed", "change-key", [keyId, what, .. instant]).ConfigureAwait(false)) return false;
        await LookAsync().ConfigureAwait(false);
        return true;
    }

    private static RedisValue Instant(DateTimeOffset? at) => at is { } some ? RedisInstant.Text(RedisInstant.Of(some)) : "";

    private async ValueTask LookAsync()
    {
        if (!watcher.IsValueCreated) return;
        try
        {
            await watcher.Value.ReadAsync().ConfigureAwait(false);
        }
        catch (RedisStoreException)
        {
            // The change is made, and whoever made it must not take it for failed. The next look finds it; until then the snapshot is old, which everybody who asks is told.
        }
    }

    private async ValueTask<bool> AskAsync(string yes, string operation, params RedisValue[] more)
    {
        var answer = await connection.RunAsync([connection.Keys.Due], [operation, connection.Now, connection.Keys.Prefix, .. more]).ConfigureAwait(false);
        return (string?)answer[0] == yes;
    }
}
