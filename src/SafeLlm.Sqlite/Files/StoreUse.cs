namespace SafeLlm.Sqlite.Files;

/// <summary>One store's share in an open file: given back once, however often it is disposed.</summary>
/// <param name="path">The file.</param>
/// <param name="options">How it is used, not checked yet; null for the defaults.</param>
/// <param name="writesJournal">Whether the store adds lines to the journal, for which it needs the journal's key.</param>
internal sealed class StoreUse(string path, SqliteStoreOptions? options, bool writesJournal = false) : IDisposable
{
    private int given;

    public StoreFile File { get; } = StoreFile.Use(path, Valid(options), writesJournal);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref given, 1) == 0)
        {
            File.Dispose();
        }
    }

    private static SqliteStoreOptions Valid(SqliteStoreOptions? options)
    {
        options ??= new SqliteStoreOptions();
        options.Validate();
        return options;
    }
}
