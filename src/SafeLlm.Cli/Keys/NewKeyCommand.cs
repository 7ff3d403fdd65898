using System.CommandLine;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Keys;

/// <summary><c>safellm keys new</c>: a new random secret, written to a file that only its owner can read.</summary>
internal static class NewKeyCommand
{
    public static Command Create()
    {
        var keyId = new Argument<string>("keyid") { Description = "The key's public name, e.g. acme.shop.2026-11: 1 to 128 characters of A-Z a-z 0-9 . _ : ~ -" };
        var output = new Option<FileInfo>("--out") { Description = "The file to write; KEYID.key unless given. An existing file is never overwritten." };
        var print = new Option<bool>("--print") { Description = "Print the secret instead of writing a file." };
        var command = new Command("new", "Makes a secret for hmac-sha256: 32 random bytes, in base64.") { keyId, output, print };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(keyId),
            parsed.GetValue(output),
            parsed.GetValue(print),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string keyId, FileInfo? output, bool print, TextWriter standard, TextWriter errors)
    {
        SigningKey key;
        try
        {
            key = SigningKey.GenerateHmac(keyId);
        }
        catch (ArgumentException refused)
        {
            errors.WriteLine(refused.Message);
            return 2;
        }

        if (print)
        {
            standard.WriteLine(key.ExportBase64());
            return 0;
        }

        // A keyid may hold a colon, which not every file system takes.
        var path = output?.FullName ?? Path.GetFullPath(keyId.Replace(':', '_') + ".key");
        try
        {
            SecretFile.Write(path, key.ExportBase64());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"The secret could not be written: {failure.Message}");
            return 1;
        }

        standard.WriteLine($"The secret of {key.KeyId} is in {path}. Give its path as SecretFile, on the client and at the verifier.");
        return 0;
    }
}
