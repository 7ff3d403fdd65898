using System.CommandLine;
using SafeLlm.Cli.Signatures;
using SafeLlm.Cli.Terminal;
using SafeLlm.Redis;
using SafeLlm.Signing;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Keys;

/// <summary>The store that a command works on, a file or a ledger on a server, and where the master key is that seals secrets in it.</summary>
internal sealed class StoreOption
{
    private readonly Option<string> store;
    private readonly Option<FileInfo> masterFile = new("--master-key-file") { Description = "A file with the master key that seals secrets in the store: 32 random bytes in base64, from keys new-master." };
    private readonly Option<string> masterVariable = new("--master-key-env") { Description = "The name of an environment variable with the master key." };

    public StoreOption(bool isRequired) =>
        store = new Option<string>("--store") { Description = "The store: a file, as the server is given it in UseSqlite, or redis://host:port/ledger. SAFELLM_REDIS_PASSWORD has a server's password.", Required = isRequired };

    public void AddTo(Command command)
    {
        command.Options.Add(store);
        command.Options.Add(masterFile);
        command.Options.Add(masterVariable);
    }

    /// <summary>Opens it; null where none is named. A store is never made by this tool: a file name with a slip in it would be a new, empty one.</summary>
    /// <exception cref="CommandFailedException">There is no such file, or a master key is given and no store in which it seals anything.</exception>
    public StoredKeys? Open(ParseResult parsed)
    {
        if (parsed.GetValue(store) is not { } name)
        {
            return parsed.GetValue(masterFile) is null && parsed.GetValue(masterVariable) is null
                ? null
                : throw new CommandFailedException("--master-key-file and --master-key-env seal secrets in a store, and none is named: name it with --store, or leave them out.");
        }

        if (StoreSource.IsServer(name)) return OpenServer(name, Protector(parsed));
        var file = new FileInfo(name);
        if (!file.Exists) throw new CommandFailedException($"There is no store {file.FullName}. Start the server with it once, or name another.");
        // The server has checked the file, and must not wait for its turn until this has read all of it.
        var options = new SqliteStoreOptions { KeyProtector = Protector(parsed), IntegrityCheck = SqliteIntegrityCheck.None };
        foreach (var algorithm in CliKeys.Algorithms) options.KeyAlgorithms.Add(algorithm);
        var keys = new SqliteSigningKeyStore(file.FullName, TimeProvider.System, options);
        var lockOuts = new SqliteLockOutStore(file.FullName, TimeProvider.System, options);
        return new StoredKeys(keys, lockOuts, lockOuts, keys);
    }

    /// <inheritdoc cref="Open"/>
    public StoredKeys OpenRequired(ParseResult parsed) => Open(parsed) ?? throw new CommandFailedException("Name the store with --store.");

    private static StoredKeys OpenServer(string name, IKeyProtector? protector)
    {
        var options = StoreSource.ServerOptions(name);
        options.KeyProtector = protector;
        foreach (var algorithm in CliKeys.Algorithms) options.KeyAlgorithms.Add(algorithm);
        return StoredKeys.Of(RedisStores.Open(options, TimeProvider.System));
    }

    private AesGcmKeyProtector? Protector(ParseResult parsed) => (parsed.GetValue(masterFile), parsed.GetValue(masterVariable)) switch
    {
        ({ } file, null) => AesGcmKeyProtector.FromFile(file.FullName),
        (null, { } variable) => AesGcmKeyProtector.FromEnvironment(variable),
        (null, null) => null,
        _ => throw new CommandFailedException("Give --master-key-file or --master-key-env, not both."),
    };
}
