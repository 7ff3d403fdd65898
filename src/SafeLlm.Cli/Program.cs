using System.CommandLine;
using SafeLlm.Cli.Keys;
using SafeLlm.Cli.Traffic;

var root = new RootCommand("SafeLlm: calls to language models that are bounded, signed and accounted for.")
{
    KeysCommand.Create(),
    InspectCommand.Create(),
    UsageCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
