using System.Security.Cryptography;

namespace SafeLlm.Signing;

/// <summary>One secret with a public name. The secret is in no <see cref="ToString"/>, log or exception.</summary>
public sealed class SigningKey
{
    private readonly KeyMaterial _material;

    private SigningKey(string keyId, KeyMaterial material)
    {
        KeyId = keyId;
        _material = material;
    }

    /// <summary>A shared secret for hmac-sha256.</summary>
    /// <param name="keyId">1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>.</param>
    /// <param name="secret">At least 32 random bytes. Copied.</param>
    /// <exception cref="ArgumentException">The name or the secret breaks the rule it states.</exception>
    public static SigningKey Hmac(string keyId, ReadOnlySpan<byte> secret)
    {
        if (secret.Length < HmacSha256Material.MinSecretLength)
        {
            throw new ArgumentException(
                $"The secret of an hmac-sha256 key has {secret.Length} bytes; it needs at least {HmacSha256Material.MinSecretLength} random ones. Make one with SigningKey.GenerateHmac.",
                nameof(secret));
        }

        return Create(keyId, new HmacSha256Material(secret.ToArray()));
    }

    /// <summary>A shared secret for hmac-sha256, in base64.</summary>
    /// <param name="keyId">1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>.</param>
    /// <param name="secret">At least 32 random bytes in base64: standard alphabet, padded.</param>
    /// <exception cref="ArgumentException">The name or the secret breaks the rule it states.</exception>
    public static SigningKey HmacFromBase64(string keyId, string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var bytes = new byte[secret.Length];
        if (!Convert.TryFromBase64String(secret, bytes, out var length))
        {
            throw new ArgumentException(
                "The secret of a signing key is not base64 (standard alphabet, padded). A text is no key: make one with SigningKey.GenerateHmac and keep its ExportBase64.",
                nameof(secret));
        }

        var key = Hmac(keyId, bytes.AsSpan(0, length));
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    /// <summary>Makes a new random secret of 32 bytes for hmac-sha256.</summary>
    /// <param name="keyId">1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>.</param>
    /// <exception cref="ArgumentException">The name breaks its rule.</exception>
    public static SigningKey GenerateHmac(string keyId) =>
        Create(keyId, new HmacSha256Material(RandomNumberGenerator.GetBytes(HmacSha256Material.MinSecretLength)));

    /// <summary>A key of any algorithm.</summary>
    /// <param name="keyId">1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>.</param>
    /// <param name="material">What it signs and verifies with.</param>
    /// <exception cref="ArgumentException">The name breaks its rule.</exception>
    public static SigningKey Create(string keyId, KeyMaterial material)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        ArgumentNullException.ThrowIfNull(material);
        if (!SigningProfile.IsKeyId(keyId))
        {
            // The name may be an attacker's or a secret pasted into the wrong place: it is not repeated.
            throw new ArgumentException(
                $"A keyid has 1 to {SigningProfile.MaxKeyIdLength} characters of A-Z a-z 0-9 . _ : ~ -; this one has {keyId.Length} characters{(keyId.Length is > 0 and <= SigningProfile.MaxKeyIdLength ? ", some of them others" : "")}.",
                nameof(keyId));
        }

        return new SigningKey(keyId, material);
    }

    /// <summary>The public name.</summary>
    public string KeyId { get; }

    /// <summary>How it signs.</summary>
    public SignatureAlgorithm Algorithm => _material.Algorithm;

    /// <summary>Whether it can sign; false for a public key.</summary>
    public bool CanSign => _material.CanSign;

    /// <summary>The secret in base64, to be written to where it is kept.</summary>
    /// <exception cref="InvalidOperationException">There is no secret: the key only verifies.</exception>
    public string ExportBase64() => Convert.ToBase64String(_material.ExportSecret());

    /// <summary>Name and algorithm; never the secret.</summary>
    public override string ToString() => $"{KeyId} ({Algorithm.Name()})";

    internal KeyMaterial Material => _material;
}
