using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Attacks;

/// <summary>Attacks 15, 16 and 32 of the profile: keys and signatures on a curve.</summary>
public sealed class EcdsaTests
{
    // The order of P-256 (FIPS 186-4, D.1.2.3).
    private static readonly BigInteger Order = BigInteger.Parse("115792089210356248762697446949407573529996955224135760342422259061068512044369", System.Globalization.CultureInfo.InvariantCulture);

    private readonly FakeTimeProvider _time = new(Crafted.Now);
    private readonly SigningKey _key = SigningKey.GenerateEcdsaP256("k-ec");

    [Fact]
    public void Signature_OfAPrivateKey_VerifiesWithThePublicHalfAlone()
    {
        var server = SigningKey.EcdsaP256FromPem("k-ec", _key.ExportPublicPem());

        Assert.False(server.CanSign);
        Assert.Equal(SignatureReason.None, Verify(Signed(), server).Reason);
        Assert.Throws<InvalidOperationException>(() => server.Material.Sign("m"u8, new byte[64]));
        Assert.Throws<InvalidOperationException>(() => server.ExportPem());
    }

    [Fact]
    public void Attack15_HmacKeyedWithThePublicPem_IsRefusedWhateverAlgorithmItNames()
    {
        var forger = SigningKey.Hmac("k-ec", Encoding.ASCII.GetBytes(_key.ExportPublicPem()));
        var request = TestRequest.Chat().Signed(forger, _time);
        var unnamed = request.Header("signature-input")[0].Replace(";alg=\"hmac-sha256\"", "");

        Assert.Equal(SignatureReason.AlgMismatch, Verify(request).Reason);
        Assert.Equal(SignatureReason.SignatureInvalid, Verify(request.With("signature-input", unnamed)).Reason);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Attack16_ZeroInTheSignature_IsSignatureInvalid(byte r, byte s)
    {
        var signature = new byte[64];
        signature[31] = r;
        signature[63] = s;
        Assert.Equal(SignatureReason.SignatureInvalid, Verify(Signed().With("signature", Header(signature))).Reason);
    }

    [Fact]
    public void Attack16_OrderInThePlaceOfZero_IsSignatureInvalid()
    {
        var order = Order.ToByteArray(isUnsigned: true, isBigEndian: true);
        Assert.Equal(SignatureReason.SignatureInvalid, Verify(Signed().With("signature", Header([.. order, .. order]))).Reason);
    }

    [Fact]
    public void Attack16_DerInThePlaceOfTwoNumbers_IsMalformed()
    {
        var signature = Signature(Signed());
        var der = new AsnWriter(AsnEncodingRules.DER);
        using (der.PushSequence())
        {
            der.WriteIntegerUnsigned(signature.AsSpan(0, 32).TrimStart((byte)0));
            der.WriteIntegerUnsigned(signature.AsSpan(32).TrimStart((byte)0));
        }

        Assert.Equal(SignatureReason.SignatureMalformed, Verify(Signed().With("signature", Header(der.Encode()))).Reason);
    }

    [Fact]
    public void CurveThatIsWrittenOutInParameters_IsRefusedWithASentence()
    {
        using var named = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var written = ECDsa.Create(named.ExportExplicitParameters(includePrivateParameters: true));

        var error = Assert.Throws<ArgumentException>(() => SigningKey.EcdsaP256FromPem("k", written.ExportPkcs8PrivateKeyPem()));
        Assert.Contains("ecdsa-p256-sha256 takes P-256 only", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Attack16_KeyOnAnotherCurve_IsRefusedAtTheDoor()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var error = Assert.Throws<ArgumentException>(() => SigningKey.EcdsaP256FromPem("k", other.ExportSubjectPublicKeyInfoPem()));
        Assert.Contains("P-256", error.Message);
        using var rsa = RSA.Create(2048);
        Assert.Throws<ArgumentException>(() => SigningKey.EcdsaP256FromPem("k", rsa.ExportSubjectPublicKeyInfoPem()));
    }

    [Fact]
    public void Attack16_AnotherKeysSignature_IsSignatureInvalid() =>
        Assert.Equal(SignatureReason.SignatureInvalid, Verify(Signed(), SigningKey.GenerateEcdsaP256("k-ec")).Reason);

    [Fact]
    public async Task Attack16_MalleatedSignature_VerifiesAndIsAReplayAllTheSame()
    {
        var nonces = new InMemoryNonceStore(_time);
        var request = Signed();
        var first = Verify(request);
        var signature = Signature(request);
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var turned = (Order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        turned.CopyTo(signature.AsSpan(64 - turned.Length));
        signature.AsSpan(32, 32 - turned.Length).Clear();
        var second = Verify(request.With("signature", Header(signature)));

        // That n - s verifies too is why the nonce is remembered and never the signature.
        Assert.Equal(SignatureReason.None, second.Reason);
        Assert.Equal(NonceOutcome.Claimed, await nonces.ClaimAsync(first.Nonce!.Value, TestContext.Current.CancellationToken));
        Assert.Equal(NonceOutcome.Replayed, await nonces.ClaimAsync(second.Nonce!.Value, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Attack32_UnknownKeyWithASignatureOfThisLength_IsAnsweredLikeAKnownOne()
    {
        var request = Signed();
        var known = Verify(request.With("signature", Header(new byte[64])));
        var unknown = Crafted.Verify(request, keys: new SigningKeyRing());

        Assert.Equal(SignatureReason.SignatureInvalid, known.Reason);
        Assert.Equal(SignatureReason.KeyUnknown, unknown.Reason);
        Assert.Equivalent(known.Refusal, unknown.Refusal, strict: true);
    }

    /// <summary>The clock would tell: what is unknown cost a hash, and the first key on a curve costs its arithmetic.</summary>
    [Fact]
    public void Attack32_FirstKeyOfItsAlgorithm_AddedWhileItRuns_CostsWhatUnknownOnesDid()
    {
        var counted = new CountedAlgorithm();
        var verifier = new RequestVerifier(new VerifierPolicy(), new KeyAlgorithms { counted });
        var ring = new SigningKeyRing([new VerifierKey(SigningKey.GenerateHmac("k-mac"))]);
        var request = Signed().With("signature", Header(new byte[64]));
        Assert.Equal(SignatureReason.KeyUnknown, verifier.VerifyHead(request, ring, Crafted.Now).Reason);
        Assert.Equal(1, counted.Verified);

        ring.Replace([new VerifierKey(SigningKey.GenerateHmac("k-mac")), new VerifierKey(SigningKey.Create("k-ec", counted.Generate()))]);
        Assert.Equal(SignatureReason.SignatureInvalid, verifier.VerifyHead(request, ring, Crafted.Now).Reason);
        Assert.Equal(2, counted.Verified);
        request.With("signature-input", request.Header("signature-input")[0].Replace("k-ec", "k-unknown"));
        Assert.Equal(SignatureReason.KeyUnknown, verifier.VerifyHead(request, ring, Crafted.Now).Reason);
        Assert.Equal(3, counted.Verified);
    }

    [Fact]
    public void Attack32_UnknownKey_CostsTheArithmeticOfTheFrameworksAlgorithmsUnlessToldOtherwise()
    {
        var decoys = new Decoys(new KeyAlgorithms());
        Assert.Equal(SignatureAlgorithm.EcdsaP256Sha256, decoys.For("a", default, 64).Algorithm);
        Assert.Equal(SignatureAlgorithm.HmacSha256, decoys.For("a", default, 32).Algorithm);
    }

    [Fact]
    public void Decoys_OfAName_DoTheSameArithmeticEachTime()
    {
        var decoys = new Decoys();
        Assert.Equal(32, decoys.For("any", "ecdsa-p256-sha256", 64).SignatureLength);
        decoys.Meet(_key.Material);

        Assert.Same(decoys.For("a", default, 64), decoys.For("a", default, 64));
        Assert.Equal(SignatureAlgorithm.EcdsaP256Sha256, decoys.For("a", default, 64).Algorithm);
        Assert.Equal(SignatureAlgorithm.EcdsaP256Sha256, decoys.For("a", "ecdsa-p256-sha256", 64).Algorithm);
        Assert.Equal(SignatureAlgorithm.HmacSha256, decoys.For("a", "ecdsa-p256-sha256", 32).Algorithm);
        Assert.NotSame(_key.Material, decoys.For("a", default, 64));
    }

    [Fact]
    public void Verify_OnManyThreadsWithOneKey_IsRightEveryTime()
    {
        var signature = new byte[64];
        _key.Material.Sign("m"u8, signature);
        Parallel.For(0, 500, _ =>
        {
            Assert.True(_key.Material.Verify("m"u8, signature));
            Assert.False(_key.Material.Verify("n"u8, signature));
        });
    }

    [Fact]
    public void Pem_OfEitherHalf_ReadsBackAsTheSameKey()
    {
        Assert.True(_key.IsSameAs(SigningKey.EcdsaP256FromPem("k-ec", _key.ExportPem())));
        Assert.True(_key.IsSameAs(SigningKey.EcdsaP256FromPem("k-ec", _key.ExportPublicPem())));
        Assert.False(_key.IsSameAs(SigningKey.GenerateEcdsaP256("k-ec")));
        Assert.DoesNotContain("PRIVATE", _key.ExportPublicPem());
        Assert.Equal("k-ec (ecdsa-p256-sha256)", _key.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    public void Pem_ThatIsNone_IsRefusedWithoutBeingRepeated(string pem)
    {
        var error = Assert.Throws<ArgumentException>(() => SigningKey.EcdsaP256FromPem("k", pem));
        Assert.Null(error.InnerException);
        if (pem.Length > 0) Assert.DoesNotContain(pem, error.ToString());
    }

    /// <summary>Keys on the curve that count how often they verify.</summary>
    private sealed class CountedAlgorithm : KeyAlgorithm
    {
        private readonly EcdsaP256Algorithm _inner = new();

        public int Verified { get; set; }

        public override SignatureAlgorithm Algorithm => SignatureAlgorithm.EcdsaP256Sha256;

        public override KeyMaterial Generate() => new CountedMaterial(this, _inner.Generate());

        public override KeyMaterial Read(string text) => new CountedMaterial(this, _inner.Read(text));

        public override string Write(KeyMaterial key) => _inner.Write(key);

        public override KeyMaterial ReadSecret(ReadOnlySpan<byte> secret) => new CountedMaterial(this, _inner.ReadSecret(secret));

        public override KeyMaterial ReadPublic(ReadOnlySpan<byte> spki) => new CountedMaterial(this, _inner.ReadPublic(spki));
    }

    private sealed class CountedMaterial(CountedAlgorithm algorithm, KeyMaterial inner) : KeyMaterial
    {
        public override SignatureAlgorithm Algorithm => inner.Algorithm;

        public override int SignatureLength => inner.SignatureLength;

        public override bool CanSign => inner.CanSign;

        public override void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => inner.Sign(message, signature);

        public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
        {
            algorithm.Verified++;
            return inner.Verify(message, signature);
        }

        public override byte[] ExportSecret() => inner.ExportSecret();

        public override byte[] ExportPublic() => inner.ExportPublic();

        public override KeyMaterial CreateDecoy() => new CountedMaterial(algorithm, inner.CreateDecoy());
    }

    private TestRequest Signed() => TestRequest.Chat().Signed(_key, _time);

    private VerificationResult Verify(TestRequest request, SigningKey? key = null) =>
        Crafted.Verify(request, keys: new SigningKeyRing([new VerifierKey(key ?? _key)]));

    private static byte[] Signature(TestRequest request) => Convert.FromBase64String(request.Header("signature")[0]["safellm=:".Length..^1]);

    private static string Header(byte[] signature) => $"safellm=:{Convert.ToBase64String(signature)}:";
}
