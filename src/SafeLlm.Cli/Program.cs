using System.CommandLine;
using SafeLlm.Cli.Keys;

var root = new RootCommand("SafeLlm: calls to language models that are bounded, signed and accounted for.")
{
    KeysCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
