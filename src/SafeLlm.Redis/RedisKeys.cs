using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SafeLlm.Signing;
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

    // The longest that a nonce of the profile lives, skew included.
    private static readonly TimeSpan NonceStretch = TimeSpan.FromMinutes(6);

    // One key after the other is what a busy client's calls are like; for any other pattern it costs one hash.
    private volatile NonceCounts? counts;

    /// <summary>What every key starts with.</summary>
    public string Prefix { get; } = $"{{{ledger}}}:";

    /// <summary>The open holds, by the end of their lease.</summary>
    public RedisKey Due { get; } = $"{{{ledger}}}:due";

    /// <summary>Caps that an operator has set, by the name of the counter.</summary>
    public RedisKey Caps { get; } = $"{{{ledger}}}:caps";

    /// <summary>A pattern for the keys of all counters.</summary>
    public RedisValue Counters { get; } = $"{{{ledger}}}:c:*";

    /// <summary>What ends the key beside a calendar window's counters that says what was told last.</summary>
    public const string Told = ":told";

    /// <summary>Lives while somebody waits for room; then whoever gives something back says so on <see cref="Room"/>.</summary>
    public RedisKey Waiting { get; } = $"{{{ledger}}}:waiting";

    /// <summary>The channel on which it is told that something was given back.</summary>
    public RedisChannel Room { get; } = RedisChannel.Literal($"{{{ledger}}}:room");

    /// <summary>The name of a hold within its key.</summary>
    public static string HoldName(string operationId) => Hash(operationId);

    public RedisKey Hold(string holdName) => $"{Prefix}h:{holdName}";

    public string Counter(string counterName) => $"{Prefix}c:{Hash(counterName)}";

    /// <summary>When the run of a calendar window began that a counter is about, as its key tells; the same number for every other counter.</summary>
    public static long RunOf(string counterKey) =>
        long.TryParse(counterKey.AsSpan(counterKey.LastIndexOf(':') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var start) ? start : 0;

    /// <summary>Who has to wait, by when that ends.</summary>
    public RedisKey LockOuts { get; } = $"{{{ledger}}}:lockouts";

    /// <summary>Whose an id of the provider is, until when.</summary>
    public RedisKey Issued(string id) => $"{IssuedPrefix}{Hash(id)}";

    /// <summary>What the keys of issued ids start with.</summary>
    public string IssuedPrefix { get; } = $"{{{ledger}}}:i:";

    /// <summary>A tenant's issued ids, by when they end.</summary>
    public RedisKey IssuedTo(string tenant) => $"{Prefix}t:{Hash(tenant)}";

    /// <summary>What stands for a tenant in a key's content.</summary>
    public static string TenantName(string tenant) => Hash(tenant);

    /// <summary>What is learned of a key.</summary>
    public RedisKey Usage(string keyId) => $"{Prefix}u:{Hash(keyId)}";

    /// <summary>What each node counted of a key within the last hour.</summary>
    public RedisKey UsageParts(string keyId) => $"{Prefix}v:{Hash(keyId)}";

    /// <summary>A nonce, and how many its key has claimed that lapse in the same six minutes, and in the six before, of which the script counts what is left.</summary>
    public RedisKey[] Nonce(NonceClaim claim)
    {
        var stretch = claim.KeepUntil.UtcTicks / NonceStretch.Ticks;
        var last = counts;
        if (last is null || last.KeyId != claim.KeyId || last.Stretch != stretch)
        {
            var key = Hash(claim.KeyId);
            counts = last = new NonceCounts(claim.KeyId, stretch, FormattableString.Invariant($"{Prefix}k:{key}:{stretch}"), FormattableString.Invariant($"{Prefix}k:{key}:{stretch - 1}"));
        }

        Span<byte> hash = stackalloc byte[HashBytes];
        BinaryPrimitives.WriteUInt128BigEndian(hash, claim.Hash());
        return [$"{Prefix}n:{Base64Url.EncodeToString(hash)}", last.Now, last.Before];
    }

    private static string Hash(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var length = Encoding.UTF8.GetMaxByteCount(name.Length);
        Span<byte> text = length <= 1024 ? stackalloc byte[length] : new byte[length];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(name, text)], hash);
        return Base64Url.EncodeToString(hash[..HashBytes]);
    }

    private sealed record NonceCounts(string KeyId, long Stretch, RedisKey Now, RedisKey Before);
}
