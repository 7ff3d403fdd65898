using System.CommandLine;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Budgets;

/// <summary>How the commands that change a store open it.</summary>
internal static class OperatorOptions
{
    /// <summary>Who acts, for the journal.</summary>
    public static string Name => $"{Environment.UserName}@{Environment.MachineName}";

    public static SqliteStoreOptions Read(ParseResult parsed, Option<string?> journalKey) => new()
    {
        JournalKeyFile = parsed.GetValue(journalKey),

        // The application has checked it, and goes on using it meanwhile.
        IntegrityCheck = SqliteIntegrityCheck.None,
    };

    /// <summary>A path that was mistyped must not become a new and empty store.</summary>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    public static string Existing(ParseResult parsed, Option<string> store)
    {
        var path = parsed.GetRequiredValue(store);
        return File.Exists(path) ? path : throw new ArgumentException($"There is no store {path}.");
    }
}
