using System.CommandLine;

namespace SafeLlm.Cli.Terminal;

/// <summary>Options that several commands have.</summary>
internal static class StoreArguments
{
    public static Option<string> Store() => new("--store") { Description = "The store: a file, as in UseSqlite(\"safellm.db\"), or redis://host:port/ledger. SAFELLM_REDIS_PASSWORD has a server's password.", Required = true };

    /// <summary>For what only files have: the chain of the journal.</summary>
    public static Option<string> StoreFile() => new("--store") { Description = "The store file, as in UseSqlite(\"safellm.db\"). A ledger on a server keeps a capped journal without a chain, where there is nothing to verify.", Required = true };

    public static Option<bool> Json() => new("--json") { Description = "Write JSON instead of a table." };

    public static Option<string?> JournalKey() => new("--journal-key") { Description = "The file with the journal's key; SAFELLM_JOURNAL_KEY is asked unless given." };
}
