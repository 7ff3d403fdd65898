using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SafeLlm.Cli.Terminal;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Journals;

/// <summary><c>safellm journal verify</c>: follows the chain from the first line that is kept to the last.</summary>
internal static class VerifyJournalCommand
{
    public static Command Create()
    {
        var (store, json) = (StoreArguments.StoreFile(), StoreArguments.Json());
        var keys = new Option<string[]>("--journal-key") { Description = "The file with the journal's key; several where it changed. SAFELLM_JOURNAL_KEY is asked unless given.", AllowMultipleArgumentsPerToken = true };
        var head = new Option<FileInfo?>("--head") { Description = "A file with a head that \"safellm journal head\" printed earlier." };
        var command = new Command("verify", "Says whether a line of the journal was changed, put in or taken out. Exit code 0 where it is whole, 1 where it is not.") { store, keys, head, json };
        command.SetAction((parsed, _) => StoreCall.RunAsync(parsed.InvocationConfiguration.Error, async () =>
        {
            var kept = parsed.GetValue(head) is { } file ? SqliteJournalHead.Parse(await File.ReadAllTextAsync(file.FullName, CancellationToken.None)) : null;
            var report = SqliteJournal.Verify(StoreSource.File(parsed.GetRequiredValue(store)), parsed.GetValue(keys), head: kept);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) await JsonOutput.WriteAsync(output, writer => Write(writer, report));
            else await output.WriteLineAsync(Say(report, kept));
            return report.Finding is null ? 0 : 1;
        }));
        return command;
    }

    private static string Say(SqliteJournalReport report, SqliteJournalHead? kept)
    {
        if (report.Finding is { } finding) return $"The journal is not whole. {SafeText.Of(finding)}";
        var lines = string.Create(CultureInfo.InvariantCulture, $"The journal is whole: {report.Lines:N0} lines, from line {report.From} to line {report.Head.Number}");
        return lines
            + (report.IsKeyed ? ", chained under a key."
                : report.KeyedFrom is { } first ? string.Create(CultureInfo.InvariantCulture, $", chained under a key from line {first} on. The lines before it were written without one, which shows accidents and no forgery.")
                : ", chained without a key, which shows accidents and no forgery.")
            + (kept is null ? " Without an earlier head nobody can tell whether its end was cut off." : "");
    }

    private static void Write(Utf8JsonWriter writer, SqliteJournalReport report)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("isWhole", report.Finding is null);
        writer.WriteString("finding", report.Finding);
        writer.WriteNumber("lines", report.Lines);
        writer.WriteNumber("from", report.From);
        writer.WriteString("head", report.Head.ToString());
        writer.WriteBoolean("isKeyed", report.IsKeyed);
        if (report.KeyedFrom is { } first) writer.WriteNumber("keyedFrom", first);
        else writer.WriteNull("keyedFrom");
        writer.WriteEndObject();
    }
}
