using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Attacks;

/// <summary>The keys of all callers, honest or not: as many as there are accounts.</summary>
internal sealed class AttackKeys : ISigningKeyStore
{
    private readonly ConcurrentDictionary<string, VerifierKey> keys = new(StringComparer.Ordinal);

    public IReadOnlyCollection<VerifierKey> All => [.. keys.Values];

    public VerifierKey? Find(string keyId) => keys.GetValueOrDefault(keyId);

    public SigningKey Add(string keyId, string tier, Func<VerifierKey, VerifierKey>? more = null)
    {
        var key = Secret(keyId, "");
        var record = new VerifierKey(key) { Client = keyId, Tier = tier };
        keys[keyId] = more is null ? record : more(record);
        return key;
    }

    /// <summary>A key of that name with a secret that is not, or no longer, the right one.</summary>
    public static SigningKey Wrong(string keyId) => Secret(keyId, "wrong");

    // The same in every run, and 32 bytes.
    private static SigningKey Secret(string keyId, string salt) => SigningKey.Hmac(keyId, SHA256.HashData(Encoding.UTF8.GetBytes(keyId + salt)));
}
