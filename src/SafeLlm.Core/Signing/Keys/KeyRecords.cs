using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace SafeLlm.Signing;

/// <summary>
/// Turns keys into what a store keeps, and back. Secrets are sealed; a public key is kept as it is, which is why ecdsa-p256-sha256 and
/// ed25519 are the better choice where the server need not be able to sign. What was opened once is remembered as long as it is stored as
/// it was: a store that reads all its keys anew opens those that changed. Thread-safe.
/// </summary>
/// <param name="algorithms">Reads keys.</param>
/// <param name="protector">Seals and opens secrets; null where only public keys can be stored.</param>
public sealed class KeyRecords(KeyAlgorithms algorithms, IKeyProtector? protector)
{
    // By name, bounded by the keys that a store has or had.
    private readonly ConcurrentDictionary<string, OpenedKey> _opened = new(StringComparer.Ordinal);

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

    /// <summary>The key that was stored: the same as before where it is stored as it was then.</summary>
    /// <param name="keyId">Its name.</param>
    /// <param name="algorithm">How it signs.</param>
    /// <param name="profile">By which rules.</param>
    /// <param name="client">Whose it is: what the secret was bound to.</param>
    /// <param name="stored">What <see cref="Seal"/> gave.</param>
    /// <exception cref="CryptographicException">It does not open: the row was changed, the master key is another, or the protector failed, be it for now. The message names the key.</exception>
    /// <exception cref="ArgumentException">It is no such key.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to open it with.</exception>
    public SigningKey Open(string keyId, SignatureAlgorithm algorithm, SignatureProfile profile, string? client, StoredMaterial stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (_opened.TryGetValue(keyId, out var known) && known.IsOf(algorithm, profile, client, stored)) return known.Key;
        // Whatever comes of this one, the one before is no more.
        _ = _opened.TryRemove(keyId, out _);
        SigningKey key;
        try
        {
            key = OpenAnew(keyId, algorithm, profile, client, stored);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or InvalidOperationException)
        {
            if (failure.Message.Contains(keyId, StringComparison.Ordinal)) throw;
            throw new CryptographicException($"The key {keyId} does not open: {failure.Message}");
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A protector that asks a service fails in ways of its own. Its words are not repeated, which may show what it was given.
            throw new CryptographicException($"The key {keyId} does not open: its protector failed ({failure.GetType().Name}).");
        }

        _opened[keyId] = new OpenedKey(key, algorithm, profile, client, stored);
        return key;
    }

    private SigningKey OpenAnew(string keyId, SignatureAlgorithm algorithm, SignatureProfile profile, string? client, StoredMaterial stored)
    {
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

    /// <summary>A key with all that decides which one it is.</summary>
    private sealed record OpenedKey(SigningKey Key, SignatureAlgorithm Algorithm, SignatureProfile Profile, string? Client, StoredMaterial Stored)
    {
        public bool IsOf(SignatureAlgorithm algorithm, SignatureProfile profile, string? client, StoredMaterial stored) =>
            algorithm == Algorithm && profile == Profile && string.Equals(client, Client, StringComparison.Ordinal)
            && stored.IsPublic == Stored.IsPublic && stored.Bytes.Span.SequenceEqual(Stored.Bytes.Span);
    }
}
