using System.Security.Cryptography;

namespace SafeLlm.Signing;

/// <summary>Keys on P-256: PEM in text, PKCS#8 and SubjectPublicKeyInfo elsewhere.</summary>
internal sealed class EcdsaP256Algorithm : KeyAlgorithm
{
    private const string Wrong = "The text is no ecdsa-p256-sha256 key: give PEM with PRIVATE KEY, EC PRIVATE KEY or PUBLIC KEY, not encrypted.";

    public override SignatureAlgorithm Algorithm => SignatureAlgorithm.EcdsaP256Sha256;

    public override KeyMaterial Generate() => EcdsaP256Material.Generate();

    public override KeyMaterial Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Import(key => key.ImportFromPem(text), nameof(text));
    }

    public override string Write(KeyMaterial key) => new(PemEncoding.Write("PRIVATE KEY", key.ExportSecret()));

    public override KeyMaterial ReadSecret(ReadOnlySpan<byte> secret)
    {
        var bytes = secret.ToArray();
        return Import(key => key.ImportPkcs8PrivateKey(bytes, out _), nameof(secret));
    }

    public override KeyMaterial ReadPublic(ReadOnlySpan<byte> spki)
    {
        var bytes = spki.ToArray();
        return Import(key => key.ImportSubjectPublicKeyInfo(bytes, out _), nameof(spki));
    }

    private static EcdsaP256Material Import(Action<ECDsa> import, string parameter)
    {
        var key = ECDsa.Create();
        try
        {
            import(key);
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            // Neither the text nor the library's words about it: either may show the key.
            key.Dispose();
            throw new ArgumentException(Wrong, parameter);
        }

        return EcdsaP256Material.Of(key);
    }
}
