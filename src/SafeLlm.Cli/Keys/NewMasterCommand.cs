using System.CommandLine;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Keys;

/// <summary><c>safellm keys new-master</c>: the key that seals the secrets in a store.</summary>
internal static class NewMasterCommand
{
    public static Command Create()
    {
        var output = new Argument<FileInfo>("file") { Description = "The file to write, readable by its owner alone. Keep it away from the store, and from its backups." };
        var command = new Command("new-master", "Makes a master key. Without it nobody reads the secrets in a store, its owner included.") { output };
        command.SetGuardedAction(async (parsed, _) =>
        {
            var path = parsed.GetRequiredValue(output).FullName;
            SecretFile.Write(path, AesGcmKeyProtector.GenerateMasterKey());
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"The master key is in {path}.");
        });
        return command;
    }
}
