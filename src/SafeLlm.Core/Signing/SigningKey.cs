using System.Security.Cryptography;
using System.Text;

namespace SafeLlm.Signing;

/// <summary>One secret with a public name. The secret is in no <see cref="ToString"/>, log or exception.</summary>
public sealed class SigningKey
{
    // What a person typed as an API secret of old has no 32 random bytes; below this it is none at all.
    private const int MinSeedSecretLength = 16;

    private static readonly HmacSha256Algorithm HmacKeys = new();
    private static readonly EcdsaP256Algorithm EcdsaKeys = new();

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
    public static SigningKey Hmac(string keyId, ReadOnlySpan<byte> secret) => Create(keyId, HmacKeys.ReadSecret(secret));

    /// <summary>A shared secret for hmac-sha256, in base64.</summary>
    /// <param name="keyId">1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>.</param>
    /// <param name="secret">At least 32 random bytes in base64: standard alphabet, padded.</param>
    /// <exception cref="ArgumentException">The name or the secret breaks the rule it states.</exception>
    public static SigningKey HmacFromBase64(string keyId, string secret) => Create(keyId, HmacKeys.Read(secret));

    /// <summary>Makes a new random secret of 32 bytes for hmac-sha256.</summary>
    /// <param name="keyId">1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>.</param>
    /// <exception cref="ArgumentException">The name breaks its rule.</exception>
    public static SigningKey GenerateHmac(string keyId) => Create(keyId, HmacSha256Material.Generate());

    /// <summary>A key for ecdsa-p256-sha256. With the public half alone it only verifies, which is all that a server needs.</summary>
    /// <param name="keyId">1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>.</param>
    /// <param name="pem">PRIVATE KEY, EC PRIVATE KEY or PUBLIC KEY, on P-256, not encrypted.</param>
    /// <exception cref="ArgumentException">The name or the key breaks the rule it states.</exception>
    public static SigningKey EcdsaP256FromPem(string keyId, string pem) => Create(keyId, EcdsaKeys.Read(pem));

    /// <summary>Makes a new random key pair for ecdsa-p256-sha256.</summary>
    /// <param name="keyId">1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>.</param>
    /// <exception cref="ArgumentException">The name breaks its rule.</exception>
    public static SigningKey GenerateEcdsaP256(string keyId) => Create(keyId, EcdsaP256Material.Generate());

    /// <summary>
    /// A secret of the compatibility profile seed-v0, which is a text and signs with its UTF-8 bytes. It must be no other key's: the
    /// profile protects neither path nor query.
    /// </summary>
    /// <param name="apiKey">The API key, sent with each request: 1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>.</param>
    /// <param name="secret">The secret: at least 16 bytes in UTF-8.</param>
    /// <exception cref="ArgumentException">The name or the secret breaks the rule it states.</exception>
    public static SigningKey Seed(string apiKey, string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var bytes = Encoding.UTF8.GetBytes(secret);
        return bytes.Length >= MinSeedSecretLength
            ? Create(apiKey, new HmacSha256Material(bytes))
            : throw new ArgumentException($"The secret of a seed-v0 key has {bytes.Length} bytes; it needs at least {MinSeedSecretLength}.", nameof(secret));
    }

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

    /// <summary>The private key as PEM, to be written to where it is kept.</summary>
    /// <exception cref="InvalidOperationException">There is no private key: the key only verifies, or its secret is shared.</exception>
    public string ExportPem() => Algorithm == SignatureAlgorithm.HmacSha256
        ? throw new InvalidOperationException("An hmac secret has no PEM form. Use ExportBase64.")
        : new string(PemEncoding.Write("PRIVATE KEY", _material.ExportSecret()));

    /// <summary>The public half as PEM: what a server is given.</summary>
    /// <exception cref="InvalidOperationException">A shared secret has no public half.</exception>
    public string ExportPublicPem() => new(PemEncoding.Write("PUBLIC KEY", _material.ExportPublic()));

    /// <summary>Name and algorithm; never the secret.</summary>
    public override string ToString() => $"{KeyId} ({Algorithm.Name()})";

    /// <summary>What it signs and verifies with, to put it where keys are kept.</summary>
    public KeyMaterial Material => _material;

    /// <summary>Whether both would verify the same signatures. In time that does not depend on where they differ.</summary>
    public bool IsSameAs(SigningKey other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other) || ReferenceEquals(_material, other._material)) return true;
        return Algorithm == other.Algorithm && CryptographicOperations.FixedTimeEquals(Identity(), other.Identity());
    }

    private byte[] Identity() => Algorithm == SignatureAlgorithm.HmacSha256 ? _material.ExportSecret() : _material.ExportPublic();
}
