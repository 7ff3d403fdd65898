using System.Security.Cryptography;

namespace SafeLlm.Signing;

/// <summary>Shared secrets: base64 in text, bytes elsewhere.</summary>
internal sealed class HmacSha256Algorithm : KeyAlgorithm
{
    public override SignatureAlgorithm Algorithm => SignatureAlgorithm.HmacSha256;

    public override KeyMaterial Generate() => HmacSha256Material.Generate();

    public override KeyMaterial Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text.Trim(), bytes, out var length))
        {
            throw new ArgumentException(
                "The secret of a signing key is not base64 (standard alphabet, padded). A text is no key: make one with SigningKey.GenerateHmac and keep its ExportBase64.",
                nameof(text));
        }

        var key = ReadSecret(bytes.AsSpan(0, length));
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    public override string Write(KeyMaterial key) => Convert.ToBase64String(key.ExportSecret());

    public override KeyMaterial ReadSecret(ReadOnlySpan<byte> secret) => secret.Length >= HmacSha256Material.MinSecretLength
        ? new HmacSha256Material(secret.ToArray())
        : throw new ArgumentException(
            $"The secret of an hmac-sha256 key has {secret.Length} bytes; it needs at least {HmacSha256Material.MinSecretLength} random ones. Make one with SigningKey.GenerateHmac.",
            nameof(secret));

    public override KeyMaterial ReadPublic(ReadOnlySpan<byte> spki) =>
        throw new ArgumentException("hmac-sha256 has no public keys: its secret is shared.", nameof(spki));
}
