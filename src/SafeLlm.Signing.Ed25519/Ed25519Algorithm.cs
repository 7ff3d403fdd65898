using System.Security.Cryptography;
using NSec.Cryptography;

namespace SafeLlm.Signing;

/// <summary>Keys on Curve25519: PEM in text, PKCS#8 and SubjectPublicKeyInfo (RFC 8410) elsewhere.</summary>
internal sealed class Ed25519Algorithm : KeyAlgorithm
{
    private const string Wrong = "The text is no ed25519 key: give PEM with PRIVATE KEY or PUBLIC KEY, not encrypted.";

    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };

    public override SignatureAlgorithm Algorithm => SignatureAlgorithm.Ed25519;

    public override KeyMaterial Generate()
    {
        var key = Key.Create(NSec.Cryptography.SignatureAlgorithm.Ed25519, Exportable);
        return new Ed25519Material(key, key.PublicKey);
    }

    public override KeyMaterial Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!PemEncoding.TryFind(text, out var fields)) throw new ArgumentException(Wrong, nameof(text));
        var bytes = Convert.FromBase64String(text[fields.Base64Data]);
        return text[fields.Label] switch
        {
            "PRIVATE KEY" => ReadSecret(bytes),
            "PUBLIC KEY" => ReadPublic(bytes),
            _ => throw new ArgumentException(Wrong, nameof(text)),
        };
    }

    public override string Write(KeyMaterial key) => new(PemEncoding.Write("PRIVATE KEY", key.ExportSecret()));

    public override KeyMaterial ReadSecret(ReadOnlySpan<byte> secret) =>
        Key.TryImport(NSec.Cryptography.SignatureAlgorithm.Ed25519, secret, KeyBlobFormat.PkixPrivateKey, out var key, Exportable) && key is not null
            ? new Ed25519Material(key, key.PublicKey)
            : throw new ArgumentException(Wrong, nameof(secret));

    public override KeyMaterial ReadPublic(ReadOnlySpan<byte> spki) =>
        PublicKey.TryImport(NSec.Cryptography.SignatureAlgorithm.Ed25519, spki, KeyBlobFormat.PkixPublicKey, out var key) && key is not null
            ? new Ed25519Material(null, key)
            : throw new ArgumentException(Wrong, nameof(spki));
}
