using System.CommandLine;
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

var root = new RootCommand("SafeLlm: calls to language models that are bounded, signed and accounted for.")
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

return await root.Parse(args).InvokeAsync();
