using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SafeLlm.Sqlite.Files;

/// <summary>One table from SQLite's result codes to faults, each with a sentence that says what to do.</summary>
internal static class StoreFaults
{
    public static SqliteStoreException From(string path, SqliteException failure) =>
        Create(path, failure.SqliteErrorCode, failure.SqliteExtendedErrorCode, failure.Message, failure);

    public static SqliteStoreException From(string path, sqlite3 database, int code) =>
        Create(path, code & 0xff, raw.sqlite3_extended_errcode(database), raw.sqlite3_errmsg(database).utf8_to_string(), null);

    public static SqliteStoreException Newer(string path, long found, long known) => new(
        SqliteStoreFault.Newer,
        path,
        $"The store {path} has version {found}; this version of SafeLlm.Sqlite knows versions up to {known}. Update the package: the file is left as it is.");

    public static SqliteStoreException Foreign(string path) => new(
        SqliteStoreFault.Foreign,
        path,
        $"The file {path} is a SQLite database of another program. It is left as it is: give the store a file of its own.");

    public static SqliteStoreException ReadOnly(string path) => new(
        SqliteStoreFault.ReadOnly,
        path,
        $"The store {path} can only be read. Give the process the right to write the file and its folder, where SQLite keeps {Path.GetFileName(path)}-wal beside it.");

    public static SqliteStoreException Corrupt(string path, string finding) => new(
        SqliteStoreFault.Corrupt,
        path,
        $"The store {path} is damaged ({finding}). Nothing was changed. Put it aside with its -wal file, recover it with \"sqlite3 FILE .recover\" or from a backup, and start anew.");

    public static SqliteStoreException NoLog(string path, string mode) => new(
        SqliteStoreFault.Other,
        path,
        $"The file system of {path} does not allow a write-ahead log (SQLite chose \"{mode}\"). Use a local disk; network file systems do not do.");

    public static SqliteStoreException Changed(string path, FormatException line) => new(
        SqliteStoreFault.Corrupt,
        path,
        $"The journal in the store {path} was changed by somebody else. {line.Message} \"safellm journal verify\" follows the whole chain; take the journal from a backup.",
        inner: line);

    public static SqliteStoreException UnknownWindow(string path, string? window) => new(
        SqliteStoreFault.Other,
        path,
        $"A hold in the store {path} counts in the window {window}, whose time zone is not known in this process: what was used cannot be counted there. Hold or read that limit in this process first, so that it knows the window, or leave the hold to its lease.");

    public static SqliteStoreException CannotOpen(string path, Exception failure) => new(
        SqliteStoreFault.CannotOpen,
        path,
        $"The store {path} cannot be made or opened: {failure.Message}",
        inner: failure);

    private static SqliteStoreException Create(string path, int code, int extended, string said, Exception? inner)
    {
        var (fault, message) = code switch
        {
            raw.SQLITE_READONLY or raw.SQLITE_PERM => (SqliteStoreFault.ReadOnly, ReadOnly(path).Message),
            raw.SQLITE_FULL => (SqliteStoreFault.Full, $"There is no room left for the store {path}. Nothing of this operation was kept, what was kept before is whole. Make room; the next operation goes on."),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => (SqliteStoreFault.Locked, $"Another program keeps the store {path} locked. Nothing of this operation was kept. Close what has it open for writing, such as a shell in a transaction, a backup or an indexer."),
            raw.SQLITE_CORRUPT => (SqliteStoreFault.Corrupt, Corrupt(path, said).Message),
            raw.SQLITE_NOTADB => (SqliteStoreFault.Foreign, $"The file {path} is no SQLite database. It is left as it is: give the store a file of its own."),
            raw.SQLITE_CANTOPEN => (SqliteStoreFault.CannotOpen, $"The store {path} cannot be opened. Its folder must exist and the process must have the right to write there."),
            raw.SQLITE_IOERR => (SqliteStoreFault.InputOutput, $"Reading or writing the store {path} failed ({said}). Nothing of this operation was kept. Look at the disk and the system's log."),
            _ => (SqliteStoreFault.Other, $"SQLite refused an operation on the store {path}: {said} (code {extended})."),
        };
        return new SqliteStoreException(fault, path, message, extended, inner);
    }
}
