using System.CommandLine;
using SafeLlm.Cli.Signatures;
using SafeLlm.Signing;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Keys;

/// <summary>The store file that a command works on, and where the master key is that seals secrets in it.</summary>
internal sealed class StoreOption
{
    private readonly Option<FileInfo> store;
    private readonly Option<FileInfo> masterFile = new("--master-key-file") { Description = "A file with the master key that seals secrets in the store: 32 random bytes in base64, from keys new-master." };
    private readonly Option<string> masterVariable = new("--master-key-env") { Description = "The name of an environment variable with the master key." };

    public StoreOption(bool isRequired) =>
        store = new Option<FileInfo>("--store") { Description = "The store file, as the server is given it in UseSqlite.", Required = isRequired };

    public void AddTo(Command command)
    {
        command.Options.Add(store);
        command.Options.Add(masterFile);
        command.Options.Add(masterVariable);
    }

    /// <summary>Opens it; null where none is named. A store is never made by this tool: a file name with a slip in it would be a new, empty one.</summary>
    /// <exception cref="CommandFailedException">There is no such file.</exception>
    public SqliteSigningKeyStore? Open(ParseResult parsed)
    {
        if (parsed.GetValue(store) is not { } file) return null;
        if (!file.Exists) throw new CommandFailedException($"There is no store {file.FullName}. Start the server with it once, or name another.");
        return new SqliteSigningKeyStore(file.FullName, TimeProvider.System, Options(parsed));
    }

    /// <summary>Opens who has to wait in the store that <see cref="OpenRequired"/> has opened.</summary>
    public SqliteLockOutStore OpenLockOuts(ParseResult parsed) => new(parsed.GetValue(store)!.FullName, TimeProvider.System, Options(parsed));

    /// <inheritdoc cref="Open"/>
    public SqliteSigningKeyStore OpenRequired(ParseResult parsed) => Open(parsed) ?? throw new CommandFailedException("Name the store file with --store.");

    private SqliteStoreOptions Options(ParseResult parsed)
    {
        var options = new SqliteStoreOptions { KeyProtector = Protector(parsed) };
        foreach (var algorithm in CliKeys.Algorithms) options.KeyAlgorithms.Add(algorithm);
        return options;
    }

    private AesGcmKeyProtector? Protector(ParseResult parsed) => (parsed.GetValue(masterFile), parsed.GetValue(masterVariable)) switch
    {
        ({ } file, null) => AesGcmKeyProtector.FromFile(file.FullName),
        (null, { } variable) => AesGcmKeyProtector.FromEnvironment(variable),
        (null, null) => null,
        _ => throw new CommandFailedException("Give --master-key-file or --master-key-env, not both."),
    };
}
