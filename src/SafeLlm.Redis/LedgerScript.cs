using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace SafeLlm.Redis;

/// <summary>The script behind every operation of a ledger: its common case, and behind that all of it.</summary>
internal static class LedgerScript
{
    /// <summary>Where the limits are among the arguments of an operation over limits: behind its name, the instant and the prefix.</summary>
    public const int LimitsArgument = 3;

    /// <summary>Where is what a hold asks of them.</summary>
    public const int AskedArgument = 4;

    /// <summary>Its text; the server keeps it by its hash.</summary>
    public static string Text { get; } = ScriptText.Read("common-case.lua") + ScriptText.Read("ledger.lua");

    /// <summary>The name under which a server keeps it.</summary>
    public static byte[] Hash { get; } = HashOf(Text);

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The protocol names a script by its SHA-1; nothing is protected by it.")]
    private static byte[] HashOf(string text) => SHA1.HashData(Encoding.UTF8.GetBytes(text));
}
