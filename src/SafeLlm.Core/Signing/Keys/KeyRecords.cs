using System.Security.Cryptography;
using System.Text;

namespace SafeLlm.Signing;

/// <summary>
/// Turns keys into what a store keeps, and back. Secrets are sealed; a public key is kept as it is, which is why ecdsa-p256-sha256 and
/// ed25519 are the better choice where the server need not be able to sign. Thread-safe.
/// </summary>
/// <param name="algorithms">Reads keys.</param>
/// <param name="protector">Seals and opens secrets; null where only public keys can be stored.</param>
public sealed class KeyRecords(KeyAlgorithms algorithms, IKeyProtector? protector)
{
    /// <summary>What is stored of a key besides its life and its owner.</summary>
    /// <exception cref="ArgumentException">The record has errors: <see cref="VerifierKey.GetErrors"/>.</exception>
    /// <exception cref="InvalidOperationException">The key has a secret, and there is nothing to seal it with.</exception>
    public StoredMaterial Seal(VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        // Every store comes here before it writes: none of them keeps what another would read otherwise.
        VerifierKeyRules.ThrowIfWrong(key);
        var material = key.Key.Material;
        // Nobody but the owner needs a private key: the server keeps its public half.
        if (key.Key.Algorithm != SignatureAlgorithm.HmacSha256) return new StoredMaterial(IsPublic: true, material.ExportPublic());
        if (protector is null) throw new InvalidOperationException($"The secret of {key.Key.KeyId} cannot be stored: there is no master key to seal it with. Give one, or use ecdsa-p256-sha256, of which the server keeps the public key only.");
        var secret = material.ExportSecret();
        var stored = new StoredMaterial(IsPublic: false, protector.Protect(secret, KeyBinding.Of(key)));
        CryptographicOperations.ZeroMemory(secret);
        return stored;
    }

    /// <summary>The key that was stored.</summary>
    /// <param name="keyId">Its name.</param>
    /// <param name="algorithm">How it signs.</param>
    /// <param name="profile">By which rules.</param>
    /// <param name="client">Whose it is: what the secret was bound to.</param>
    /// <param name="stored">What <see cref="Seal"/> gave.</param>
    /// <exception cref="CryptographicException">It does not open: the row was changed, or the master key is another.</exception>
    /// <exception cref="ArgumentException">It is no such key.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to open it with.</exception>
    public SigningKey Open(string keyId, SignatureAlgorithm algorithm, SignatureProfile profile, string? client, StoredMaterial stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (stored.IsPublic) return SigningKey.Create(keyId, algorithms.Get(algorithm).ReadPublic(stored.Bytes.Span));
        if (protector is null) throw new InvalidOperationException($"The secret of {keyId} cannot be read: there is no master key to open it with.");
        var secret = protector.Unprotect(stored.Bytes.Span, new KeyBinding(keyId, algorithm, client));
        try
        {
            return profile == SignatureProfile.SeedV0 ? SigningKey.Seed(keyId, Encoding.UTF8.GetString(secret)) : SigningKey.Create(keyId, algorithms.Get(algorithm).ReadSecret(secret));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
