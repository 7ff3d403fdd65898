namespace SafeLlm.Sqlite;

/// <summary>
/// A store file could not be used. What was answered before is kept; of the operation that failed nothing is, so it can be
/// tried again. It names the file, what to do and at most a limit's window, and nothing else that is in the file.
/// </summary>
public sealed class SqliteStoreException : Exception
{
    internal SqliteStoreException(SqliteStoreFault fault, string path, string message, int sqliteCode = 0, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
        Path = path;
        SqliteCode = sqliteCode;
    }

    /// <summary>What is wrong.</summary>
    public SqliteStoreFault Fault { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>SQLite's extended result code; 0 where SQLite had no part in it.</summary>
    public int SqliteCode { get; }
}
