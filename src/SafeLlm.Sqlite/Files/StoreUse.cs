namespace SafeLlm.Sqlite.Files;

/// <summary>One store's share in an open file: given back once, however often it is disposed.</summary>
internal sealed class StoreUse(string path, SqliteStoreOptions options) : IDisposable
{
    private int given;

    public StoreFile File { get; } = StoreFile.Use(path, options);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref given, 1) == 0)
        {
            File.Dispose();
        }
    }
}
