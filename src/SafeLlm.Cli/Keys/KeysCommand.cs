using System.CommandLine;

namespace SafeLlm.Cli.Keys;

/// <summary><c>safellm keys</c>: everything about signing keys. Secrets come from files, the environment or standard input, never from arguments.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Makes signing keys, and keeps those of a store.")
    {
        NewKeyCommand.Create(),
        ListKeysCommand.Create(),
        RotateKeyCommand.Create(),
        RevokeKeyCommand.Create(),
        ImportKeyCommand.Create(),
        RevokeKeyCommand.CreateThaw(),
        NewMasterCommand.Create(),
    };
}
