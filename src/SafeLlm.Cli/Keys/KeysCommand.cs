using System.CommandLine;

namespace SafeLlm.Cli.Keys;

/// <summary><c>safellm keys</c>: everything about signing keys.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Makes signing keys.")
    {
        NewKeyCommand.Create(),
    };
}
