using SafeLlm.Sqlite;

namespace SafeLlm.Limits;

/// <summary>Chooses the stores in one file.</summary>
public static class SqliteStoreHostExtensions
{
    /// <summary>
    /// Keeps everything in one file, which survives a crash and a power cut and may be shared by several processes of one
    /// machine, client and verifier alike. Callers that wait for room find what another process gives back by looking, every 250 milliseconds.
    /// </summary>
    /// <param name="host">The client's options or the verifier's builder.</param>
    /// <param name="path">The file, on a local disk. It is made where there is none, readable by its owner only.</param>
    /// <param name="options">How it is used; the defaults unless given.</param>
    /// <exception cref="ArgumentException">The path is empty, or an option is out of its range.</exception>
    public static T UseSqlite<T>(this T host, string path, SqliteStoreOptions? options = null)
        where T : IStoreHost
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options?.Validate();
        host.UseStores(time => SqliteStores.Open(path, time, options));
        return host;
    }
}
