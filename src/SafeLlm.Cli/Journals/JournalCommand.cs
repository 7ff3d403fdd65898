using System.CommandLine;

namespace SafeLlm.Cli.Journals;

/// <summary><c>safellm journal</c>: whether a journal is whole, and its head to keep elsewhere.</summary>
internal static class JournalCommand
{
    public static Command Create() => new("journal", "Verifies the journal of a store file.")
    {
        VerifyJournalCommand.Create(),
        HeadCommand.Create(),
    };
}
