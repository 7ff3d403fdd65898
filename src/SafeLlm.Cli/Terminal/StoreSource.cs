using SafeLlm.Limits;
using SafeLlm.Redis;
using SafeLlm.Sqlite;

namespace SafeLlm.Cli.Terminal;

/// <summary>Opens what <c>--store</c> names: a file, or a ledger on a server as <c>redis://host:port/ledger</c>.</summary>
internal static class StoreSource
{
    private const string Password = "SAFELLM_REDIS_PASSWORD";

    /// <summary>Opens it to be looked at.</summary>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    public static IStoreView View(string store, TimeProvider time) =>
        IsServer(store) ? Server(store, time) : new SqliteStoreReader(Existing(store), time);

    /// <summary>Opens it to be changed, by whoever runs this command.</summary>
    /// <exception cref="ArgumentException">There is no such file: a path that was mistyped must not become a new and empty store.</exception>
    public static IStoreOperator Operator(string store, TimeProvider time, string? journalKeyFile)
    {
        if (IsServer(store)) return Server(store, time);
        // The application has checked the file, and goes on using it meanwhile.
        var options = new SqliteStoreOptions { JournalKeyFile = journalKeyFile, IntegrityCheck = SqliteIntegrityCheck.None };
        return new SqliteStoreOperator(Existing(store), time, Who, options);
    }

    /// <summary>Whether a store is on a server.</summary>
    public static bool IsServer(string store) =>
        store.StartsWith("redis://", StringComparison.OrdinalIgnoreCase) || store.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase);

    /// <summary>The file that a store is, for what only files have: the chain of the journal.</summary>
    /// <exception cref="ArgumentException">It is on a server, or there is no such file.</exception>
    public static string File(string store) => IsServer(store)
        ? throw new ArgumentException("The journal of a ledger on a server is capped and has no chain: whoever may write there could write a chain, too. Keep the journal in a store file (UseSqlite) where it has to be proved.")
        : Existing(store);

    /// <summary>The options of a ledger on a server.</summary>
    /// <exception cref="ArgumentException">The address cannot be read.</exception>
    public static RedisStoreOptions ServerOptions(string store)
    {
        if (!Uri.TryCreate(store, UriKind.Absolute, out var address) || address.Host.Length == 0) throw new ArgumentException("That is no address of a server. Write redis://host:port/ledger.");
        var ledger = address.AbsolutePath.Trim('/');
        var options = new RedisStoreOptions
        {
            Servers = address.GetLeftPart(UriPartial.Authority),
            OperationTimeout = TimeSpan.FromSeconds(5),
            PasswordEnvironmentVariable = Environment.GetEnvironmentVariable(Password) is null ? null : Password,
        };
        if (ledger.Length > 0) options.Ledger = ledger;
        return options;
    }

    private static string Existing(string store) =>
        System.IO.File.Exists(store) ? store : throw new ArgumentException($"There is no store {store}.");

    // Who acts, for the journal.
    private static string Who => $"{Environment.UserName}@{Environment.MachineName}";

    private static RedisStoreOperator Server(string store, TimeProvider time) => new(ServerOptions(store), time, Who);
}
