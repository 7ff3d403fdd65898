using System.CommandLine;
using SafeLlm.Cli.Terminal;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Journals;

/// <summary><c>safellm journal head</c>: one line that stands for the whole journal.</summary>
internal static class HeadCommand
{
    public static Command Create()
    {
        var store = StoreArguments.StoreFile();
        var command = new Command("head", "Prints one line that stands for all of the journal so far. Kept elsewhere, it shows later whether an end was cut off.") { store };
        command.SetAction((parsed, _) => StoreCall.RunAsync(parsed.InvocationConfiguration.Error, async () =>
        {
            using var reader = new SqliteStoreReader(StoreSource.File(parsed.GetRequiredValue(store)), TimeProvider.System);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(reader.ReadJournalHead().ToString());
            return 0;
        }));
        return command;
    }
}
