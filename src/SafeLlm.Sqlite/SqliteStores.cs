using SafeLlm.Limits;

namespace SafeLlm.Sqlite;

/// <summary>All stores of one file.</summary>
public static class SqliteStores
{
    /// <summary>Opens a store file, and makes it where there is none.</summary>
    /// <param name="path">The file, on a local disk.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How it is used; the defaults unless given.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used.</exception>
    public static SafeLlmStores Open(string path, TimeProvider time, SqliteStoreOptions? options = null) =>
        new(new SqliteLedger(path, time, options), new SqliteNonceStore(path, time, options))
        {
            Journal = new SqliteJournal(path, time, options),
            Outbox = new SqliteAlertOutbox(path, time, options),
            Keys = new SqliteSigningKeyStore(path, time, options),
            View = () => new SqliteStoreReader(path, time),
            Baselines = new SqliteBaselineStore(path, options),
            LockOuts = new SqliteLockOutStore(path, time, options),
            IssuedIds = new SqliteIssuedIdStore(path, time, options),
        };
}
