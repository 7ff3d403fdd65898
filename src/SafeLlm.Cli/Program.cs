using System.CommandLine;
using SafeLlm.Cli.Keys;
using SafeLlm.Cli.Signatures;

var root = new RootCommand("SafeLlm: calls to language models that are bounded, signed and accounted for.")
{
    KeysCommand.Create(),
    SignCommand.Create(),
    VerifyCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
