using System.Security.Cryptography;

namespace SafeLlm.Signing;

/// <summary>
/// A key pair, or its public half, for ECDSA over P-256 with SHA-256. A signature is r and s, 32 bytes each: DER is refused by its
/// length. n - s verifies as well as s, so that signature bytes identify nothing; nonces do.
/// </summary>
internal sealed class EcdsaP256Material : KeyMaterial
{
    private const DSASignatureFormat Format = DSASignatureFormat.IeeeP1363FixedFieldConcatenation;

    private readonly ECParameters _parameters;

    // The framework promises nothing for one object on two threads: whoever finds the place empty makes another.
    private ECDsa? _idle;

    private EcdsaP256Material(ECDsa key, ECParameters parameters)
    {
        _idle = key;
        _parameters = parameters;
    }

    public override SignatureAlgorithm Algorithm => SignatureAlgorithm.EcdsaP256Sha256;

    public override int SignatureLength => 64;

    public override bool CanSign => _parameters.D is not null;

    /// <summary>Takes the key over.</summary>
    /// <exception cref="ArgumentException">The curve is another: a key is pinned to its algorithm.</exception>
    public static EcdsaP256Material Of(ECDsa key)
    {
        var isPrivate = TryExport(key, out var parameters);
        if (!isPrivate) parameters = key.ExportParameters(includePrivateParameters: false);
        if (parameters.Curve.Oid?.Value is "1.2.840.10045.3.1.7" || parameters.Curve.Oid?.FriendlyName is "nistP256" or "ECDSA_P256") return new EcdsaP256Material(key, parameters);
        key.Dispose();
        throw new ArgumentException($"The key is on the curve {parameters.Curve.Oid?.FriendlyName ?? "(unnamed)"}; ecdsa-p256-sha256 takes P-256 only.", nameof(key));
    }

    public static EcdsaP256Material Generate() => Of(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public override void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        if (!CanSign) throw new InvalidOperationException("This key only verifies: it is the public half.");
        var key = Rent();
        if (!key.TrySignData(message, signature, HashAlgorithmName.SHA256, Format, out _)) throw new CryptographicException("The signature did not fit.");
        Return(key);
    }

    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        // r = 0 and s = 0 are refused by the library (CVE-2022-21449 is another library's); a test holds it to that.
        if (signature.Length != SignatureLength) return false;
        var key = Rent();
        var verified = key.VerifyData(message, signature, HashAlgorithmName.SHA256, Format);
        Return(key);
        return verified;
    }

    public override byte[] ExportSecret()
    {
        if (!CanSign) throw new InvalidOperationException("There is no secret: this key is the public half.");
        var key = Rent();
        var secret = key.ExportPkcs8PrivateKey();
        Return(key);
        return secret;
    }

    public override byte[] ExportPublic()
    {
        var key = Rent();
        var spki = key.ExportSubjectPublicKeyInfo();
        Return(key);
        return spki;
    }

    public override KeyMaterial CreateDecoy() => Generate();

    private ECDsa Rent() => Interlocked.Exchange(ref _idle, null) ?? ECDsa.Create(_parameters);

    private void Return(ECDsa key) => Interlocked.Exchange(ref _idle, key)?.Dispose();

    private static bool TryExport(ECDsa key, out ECParameters parameters)
    {
        try
        {
            parameters = key.ExportParameters(includePrivateParameters: true);
            return true;
        }
        catch (CryptographicException)
        {
            // It has no private half; there is no way to ask.
            parameters = default;
            return false;
        }
    }
}
