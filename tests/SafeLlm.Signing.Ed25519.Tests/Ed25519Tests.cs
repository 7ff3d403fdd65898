using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing;

public sealed class Ed25519Tests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1763884805);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly SigningKey _key = Ed25519.Generate("k-ed");

    [Fact]
    public void Signature_OfTheRfcsExampleB26_IsTheSameBytes()
    {
        var vector = JsonElement.Parse(File.ReadAllBytes(SharedData.Path("data", "signing", "public.json")))
            .GetProperty("vectors").EnumerateArray().Single(one => one.GetProperty("id").GetString() == "p-pos-002");
        var message = Encoding.ASCII.GetBytes(vector.GetProperty("expected").GetProperty("signature_base").GetString()!);
        var key = Ed25519.FromPem("test-key-ed25519", vector.GetProperty("key").GetProperty("private_pem").GetString()!);
        var server = Ed25519.FromPem("test-key-ed25519", vector.GetProperty("key").GetProperty("public_pem").GetString()!);
        var signature = new byte[64];
        key.Material.Sign(message, signature);

        Assert.Equal(vector.GetProperty("expected").GetProperty("signature").GetString(), $"sig-b26=:{Convert.ToBase64String(signature)}:");
        Assert.True(server.Material.Verify(message, signature));
        Assert.True(server.IsSameAs(key));
    }

    [Fact]
    public void Request_SignedByAPair_IsVerifiedWithThePublicHalf()
    {
        var server = Ed25519.FromPem("k-ed", _key.ExportPublicPem());
        var request = Signed();

        Assert.False(server.CanSign);
        Assert.Contains(";alg=\"ed25519\"", request.Header("signature-input")[0]);
        Assert.Equal(SignatureReason.None, Verify(request, server).Reason);
        Assert.Throws<InvalidOperationException>(() => server.Material.Sign("m"u8, new byte[64]));
        Assert.Throws<InvalidOperationException>(() => server.ExportPem());
    }

    [Fact]
    public void EverySingleBitOfASignature_Matters()
    {
        var signature = new byte[64];
        _key.Material.Sign("m"u8, signature);
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(_key.Material.Verify("m"u8, signature));
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.False(_key.Material.Verify("m"u8, signature.AsSpan(0, 63)));
        Assert.False(_key.Material.Verify("m"u8, []));
    }

    [Fact]
    public void Attack15_AlgorithmOfAnother_IsAlgMismatch()
    {
        var request = Signed();
        request.With("signature-input", request.Header("signature-input")[0].Replace("ed25519", "ecdsa-p256-sha256"));
        Assert.Equal(SignatureReason.AlgMismatch, Verify(request, _key).Reason);
    }

    [Fact]
    public void Attack15_HmacKeyedWithThePublicPem_IsAlgMismatch()
    {
        var forger = SigningKey.Hmac("k-ed", Encoding.ASCII.GetBytes(_key.ExportPublicPem()));
        Assert.Equal(SignatureReason.AlgMismatch, Verify(TestRequest.Chat().Signed(forger, _time), _key).Reason);
    }

    [Fact]
    public void Pem_OfEitherHalf_ReadsBackAsTheSameKey()
    {
        KeyAlgorithms algorithms = [Ed25519.Algorithm];
        Assert.True(_key.IsSameAs(algorithms.Read("k-ed", "ed25519", _key.ExportPem())));
        Assert.True(_key.IsSameAs(algorithms.Read("k-ed", "ed25519", _key.ExportPublicPem())));
        Assert.True(_key.IsSameAs(SigningKey.Create("k-ed", Ed25519.Algorithm.ReadSecret(_key.Material.ExportSecret()))));
        Assert.True(_key.IsSameAs(SigningKey.Create("k-ed", Ed25519.Algorithm.ReadPublic(_key.Material.ExportPublic()))));
        Assert.False(_key.IsSameAs(Ed25519.Generate("k-ed")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing of the kind")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----")]
    public void Pem_ThatIsNone_IsRefusedWithoutBeingRepeated(string pem)
    {
        var error = Assert.Throws<ArgumentException>(() => Ed25519.FromPem("k", pem));
        if (pem.Length > 0) Assert.DoesNotContain(pem, error.ToString());
    }

    [Fact]
    public void KeyOfTheCurveP256_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Ed25519.FromPem("k", SigningKey.GenerateEcdsaP256("k").ExportPem()));

    [Fact]
    public void Algorithms_WithoutThisPackage_NameIt() =>
        Assert.Contains("SafeLlm.Signing.Ed25519", Assert.Throws<ArgumentException>(() => new KeyAlgorithms().Read("k", "ed25519", _key.ExportPem())).Message);

    private TestRequest Signed() => TestRequest.Chat().Signed(_key, _time);

    private static VerificationResult Verify(TestRequest request, SigningKey key)
    {
        var verifier = new RequestVerifier(new VerifierPolicy());
        return verifier.VerifyContent(verifier.VerifyHead(request, new SigningKeyRing([new VerifierKey(key)]), Now), request, request.Content);
    }
}
