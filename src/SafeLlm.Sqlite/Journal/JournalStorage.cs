using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Journal;

/// <summary>
/// Whether the database finds every line of a journal. Reports look for lines by its indexes: a line that is missing in one, or an
/// index that somebody made anew for some of the lines only, would keep lines from them though the chain is whole.
/// </summary>
internal static class JournalStorage
{
    private const string Parts = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE tbl_name IN ('journal', 'journal_checkpoint') ORDER BY type, name";

    /// <summary>What is wrong; null where nothing is.</summary>
    public static string? Check(StoreConnection connection)
    {
        using var made = StoreConnection.OpenInMemory(Schema.Steps);
        var (found, expected) = (ReadParts(connection), ReadParts(made));
        if (found.Except(expected).Concat(expected.Except(found)).Select(part => part.Name).FirstOrDefault() is { } other)
        {
            return $"{other} is not as SafeLlm.Sqlite makes it: somebody changed how lines are found, and reports may miss some.";
        }

        var check = connection.Statement("PRAGMA integrity_check(journal)");
        var finding = check.Step() ? check.Text(0) : "nothing was checked";
        check.Reset();
        return finding == "ok" ? null : $"The journal's lines and its indexes do not fit together ({finding}): reports may miss some.";
    }

    private static List<(string Type, string Name, string Sql)> ReadParts(StoreConnection connection)
    {
        var select = connection.Statement(Parts);
        var parts = new List<(string, string, string)>();
        while (select.Step())
        {
            parts.Add((select.Text(0), select.Text(1), select.Text(2)));
        }

        select.Reset();
        return parts;
    }
}
