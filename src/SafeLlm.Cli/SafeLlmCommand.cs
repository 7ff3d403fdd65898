using System.CommandLine;
using System.CommandLine.Invocation;
using SafeLlm.Cli.Anomalies;
using SafeLlm.Cli.Budgets;
using SafeLlm.Cli.Journals;
using SafeLlm.Cli.Keys;
using SafeLlm.Cli.Models;
using SafeLlm.Cli.Quotes;
using SafeLlm.Cli.Reports;
using SafeLlm.Cli.Scan;
using SafeLlm.Cli.Signatures;
using SafeLlm.Cli.Traffic;

namespace SafeLlm.Cli;

/// <summary><c>safellm</c>. Every command exits with 0 where all is well, with 1 where it did what was asked and found something wrong, with 2 where what was asked cannot be done.</summary>
internal static class SafeLlmCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, InvocationConfiguration? configuration = null)
    {
        var parsed = Create().Parse(arguments);
        var exit = await parsed.InvokeAsync(configuration);
        // The library's own exit code for what it cannot parse is 1.
        return parsed.Action is ParseErrorAction ? 2 : exit;
    }

    private static RootCommand Create() => new("SafeLlm: calls to language models that are bounded, signed and accounted for. Every command exits with 0, with 1 where it found something wrong, with 2 where what was asked cannot be done.")
    {
        KeysCommand.Create(),
        QuoteCommand.Create(TimeProvider.System),
        ModelsCommand.Create(),
        InspectCommand.Create(),
        UsageCommand.Create(),
        SignCommand.Create(),
        VerifyCommand.Create(),
        BudgetCommand.Create(),
        ReportCommand.Create(TimeProvider.System),
        JournalCommand.Create(),
        AnomaliesCommand.Create(TimeProvider.System),
        ScanCommand.Create(TimeProvider.System),
    };
}
