using System.CommandLine;
using System.Text;
using SafeLlm.Cli.Signatures;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Keys;

/// <summary>Where a new secret goes: into a file that its owner alone can read, or, if that is asked for, to standard output.</summary>
internal sealed class SecretOutput
{
    private readonly Option<FileInfo> output = new("--out") { Description = "The file to write; KEYID.key unless given. An existing file is never overwritten." };
    private readonly Option<bool> print = new("--print") { Description = "Print the secret instead of writing a file." };

    public void AddTo(Command command)
    {
        command.Options.Add(output);
        command.Options.Add(print);
    }

    /// <summary>Writes the secret first: a key whose secret is lost is of no use to anybody.</summary>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public WrittenSecret Write(ParseResult parsed, SigningKey key, SignatureProfile profile = SignatureProfile.SafeLlmV1)
    {
        var text = profile == SignatureProfile.SeedV0 ? Encoding.UTF8.GetString(key.Material.ExportSecret()) : CliKeys.Algorithms.Get(key.Algorithm).Write(key.Material);
        if (parsed.GetValue(print))
        {
            parsed.InvocationConfiguration.Output.WriteLine(text);
            return new WrittenSecret(key, null, null);
        }

        // A keyid may hold a colon, which not every file system takes.
        var path = parsed.GetValue(output)?.FullName ?? Path.GetFullPath(key.KeyId.Replace(':', '_') + ".key");
        var publicPath = key.Algorithm == SignatureAlgorithm.HmacSha256 ? null : path + ".pub";
        if (File.Exists(publicPath)) throw new IOException($"The file {publicPath} exists, and is not overwritten.");
        SecretFile.Write(path, text);
        if (publicPath is not null) File.WriteAllText(publicPath, key.ExportPublicPem() + "\n");
        return new WrittenSecret(key, path, publicPath);
    }
}
