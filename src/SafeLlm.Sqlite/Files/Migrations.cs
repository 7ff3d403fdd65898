using System.Globalization;

namespace SafeLlm.Sqlite.Files;

/// <summary>Brings a file from its version to the present one, step by step, all steps in one transaction: it is whole before and after.</summary>
internal static class Migrations
{
    /// <summary>SQLite's application_id of our files: "SLLM". A new file has 0.</summary>
    public const long ApplicationId = 0x534C4C4D;

    /// <summary>A file that belongs to another program is refused before anything of it is changed.</summary>
    public static void CheckOwner(StoreConnection connection)
    {
        var owner = connection.Statement("PRAGMA application_id").Number();
        var isEmpty = owner == 0 && connection.Statement("SELECT count(*) FROM sqlite_schema").Number() == 0;
        if (owner != ApplicationId && !isEmpty)
        {
            throw StoreFaults.Foreign(connection.Path);
        }
    }

    /// <summary>A file that is only read must be of the present version: an older one is brought up by whoever writes it.</summary>
    public static void CheckVersion(StoreConnection connection, IReadOnlyList<string> steps)
    {
        CheckOwner(connection);
        var version = RefuseNewer(connection, steps);
        if (version < steps.Count)
        {
            throw new SqliteStoreException(
                SqliteStoreFault.Other,
                connection.Path,
                $"The store {connection.Path} has version {version}, older than version {steps.Count} that is read here. Start the application with this version of SafeLlm.Sqlite once: it brings the file up.");
        }
    }

    /// <summary>The version of the file.</summary>
    public static long RefuseNewer(StoreConnection connection, IReadOnlyList<string> steps)
    {
        var version = Version(connection);
        return version <= steps.Count ? version : throw StoreFaults.Newer(connection.Path, version, steps.Count);
    }

    public static void Apply(StoreConnection connection, IReadOnlyList<string> steps)
    {
        if (Version(connection) == steps.Count)
        {
            return;
        }

        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            // Read again: another process may have been first.
            var version = (int)RefuseNewer(connection, steps);
            for (var i = version; i < steps.Count; i++)
            {
                connection.Execute(steps[i]);
            }

            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {steps.Count}; COMMIT"));
        }
        catch
        {
            if (connection.IsInTransaction)
            {
                connection.Execute("ROLLBACK");
            }

            throw;
        }
    }

    private static long Version(StoreConnection connection) => connection.Statement("PRAGMA user_version").Number();
}
