using System.CommandLine;
using SafeLlm.Cli.Keys;
using SafeLlm.Cli.Models;
using SafeLlm.Cli.Quotes;

var root = new RootCommand("SafeLlm: calls to language models that are bounded, signed and accounted for.")
{
    KeysCommand.Create(),
    QuoteCommand.Create(TimeProvider.System),
    ModelsCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
