using System.CommandLine;
using SafeLlm.Cli.Keys;
using SafeLlm.Cli.Scan;

var root = new RootCommand("SafeLlm: calls to language models that are bounded, signed and accounted for.")
{
    KeysCommand.Create(),
    ScanCommand.Create(TimeProvider.System),
};

return await root.Parse(args).InvokeAsync();
