using SafeLlm.Signing;
using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Nonces;

namespace SafeLlm.Sqlite;

/// <summary>
/// Nonces in a store file, bounded: at a cap it refuses, it never drops a live entry. A claim is on the disk before it is
/// answered, so a restart forgets none. Safe for any number of threads and processes.
/// </summary>
public sealed class SqliteNonceStore : INonceStore, IDisposable
{
    private readonly StoreUse use;
    private readonly TimeProvider time;
    private readonly NonceClaims claims;

    /// <summary>Opens a store file, and makes it where there is none.</summary>
    /// <param name="path">The file. Everybody in this process who names it shares it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How it is used; the defaults unless given.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used.</exception>
    public SqliteNonceStore(string path, TimeProvider time, SqliteStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        options ??= new SqliteStoreOptions();
        claims = new NonceClaims(options);
        this.time = time;
        use = new StoreUse(path, options);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The nonce would have to be kept for longer than any signature lives (31 minutes).</exception>
    /// <exception cref="SqliteStoreException">The file cannot be used now; nothing was claimed.</exception>
    public ValueTask<NonceOutcome> ClaimAsync(NonceClaim claim, CancellationToken cancellationToken)
    {
        NonceClaims.Check(claim, time.GetUtcNow());
        return new(use.File.RunAsync(true, session => claims.Claim(session.Nonces, claim, time.GetUtcNow()), cancellationToken));
    }

    /// <summary>Closes the file, unless others in this process use it.</summary>
    public void Dispose() => use.Dispose();
}
