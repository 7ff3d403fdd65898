using System.Security.Cryptography;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Finds keys that verify the same signatures under different names.</summary>
internal static class SameSecrets
{
    /// <summary>The names of the keys that share one, those of each secret together.</summary>
    public static IEnumerable<IReadOnlyList<string>> Find(IEnumerable<VerifierKey> keys) => keys
        .GroupBy(key => Digest(key.Key), StringComparer.Ordinal)
        .Select(same => same.Select(key => key.Key.KeyId).Order(StringComparer.Ordinal).ToArray())
        .Where(names => names.Length > 1);

    // Of many keys each is compared with all others, so by its digest: no secret is copied for longer than that takes, and how long the
    // comparison of digests takes tells nothing of what they are of.
    private static string Digest(SigningKey key)
    {
        var identity = key.Algorithm == SignatureAlgorithm.HmacSha256 ? key.Material.ExportSecret() : key.Material.ExportPublic();
        var digest = Convert.ToHexString(SHA256.HashData(identity));
        CryptographicOperations.ZeroMemory(identity);
        return digest;
    }
}
