using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>
/// The names of a ledger's keys. Each carries the ledger's hash tag, so that all of them share one slot of a Cluster. Names
/// that callers choose are hashed: a key has no more bytes than we give it.
/// </summary>
/// <param name="ledger">The ledger's name.</param>
internal sealed class RedisKeys(string ledger)
{
    private const int HashBytes = 16;

    /// <summary>What every key starts with.</summary>
    public string Prefix { get; } = $"{{{ledger}}}:";

    /// <summary>The open holds, by the end of their lease.</summary>
    public RedisKey Due { get; } = $"{{{ledger}}}:due";

    /// <summary>The name of a hold within its key.</summary>
    public static string HoldName(string operationId) => Hash(operationId);

    public RedisKey Hold(string holdName) => $"{Prefix}h:{holdName}";

    public string Counter(string counterName) => $"{Prefix}c:{Hash(counterName)}";

    public RedisKey Nonce(UInt128 hash) => $"{Prefix}n:{hash:x32}";

    /// <summary>How many nonces a key has claimed in a stretch of time.</summary>
    public RedisKey NonceCount(string keyId, long stretch) => FormattableString.Invariant($"{Prefix}k:{Hash(keyId)}:{stretch}");

    private static string Hash(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var length = Encoding.UTF8.GetMaxByteCount(name.Length);
        Span<byte> text = length <= 1024 ? stackalloc byte[length] : new byte[length];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(name, text)], hash);
        return Base64Url.EncodeToString(hash[..HashBytes]);
    }
}
