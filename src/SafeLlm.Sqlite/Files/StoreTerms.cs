using SafeLlm.Sqlite.Journal;

namespace SafeLlm.Sqlite.Files;

/// <summary>What everybody in a process who uses one file must agree on: there is one writer, which goes by the options of whoever came first.</summary>
/// <param name="JournalKey">The name of the journal's key; null for none.</param>
/// <param name="JournalRetention">How long lines of the journal are kept.</param>
/// <param name="LockTimeout">How long a lock of another program is waited for.</param>
internal sealed record StoreTerms(string? JournalKey, TimeSpan JournalRetention, TimeSpan LockTimeout)
{
    public static StoreTerms Of(SqliteStoreOptions options, JournalKey journalKey) => new(journalKey.Name, options.JournalRetention, options.LockTimeout);

    /// <summary>Nobody joins whose options would have no effect: lines would be written without the key that they name.</summary>
    /// <exception cref="InvalidOperationException">Some are others.</exception>
    public void ThrowIfOther(string path, StoreTerms asked)
    {
        if (asked == this)
        {
            return;
        }

        List<string> others = [];
        if (asked.JournalKey != JournalKey)
        {
            others.Add($"the journal's key is {asked.JournalKey ?? "none"} and was {JournalKey ?? "none"}");
        }

        if (asked.JournalRetention != JournalRetention)
        {
            others.Add($"JournalRetention is {asked.JournalRetention:c} and was {JournalRetention:c}");
        }

        if (asked.LockTimeout != LockTimeout)
        {
            others.Add($"LockTimeout is {asked.LockTimeout:c} and was {LockTimeout:c}");
        }

        throw new InvalidOperationException(
            $"The store {path} was opened in this process with other options before: {string.Join("; ", others)}. Give the same SqliteStoreOptions to everybody who uses the file in this process, client and verifier alike.");
    }
}
