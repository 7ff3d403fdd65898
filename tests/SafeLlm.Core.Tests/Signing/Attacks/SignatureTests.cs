using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Attacks;

/// <summary>Attacks 15 to 19 and 28 of the profile: the signature, its parameters and its key are tampered with.</summary>
public sealed class SignatureTests
{
    [Theory]
    [InlineData("\"none\"")]
    [InlineData("\"\"")]
    [InlineData("\"rsa-pss-sha512\"")]
    [InlineData("\"rsa-v1_5-sha256\"")]
    [InlineData("\"ed25519\"")]
    [InlineData("\"HMAC-SHA256\"")]
    public void Attack15_AlgorithmThatIsNotTheKeys_IsAlgMismatch(string algorithm)
    {
        var result = new Crafted { Algorithm = algorithm }.Verify();
        Assert.Equal(SignatureReason.AlgMismatch, result.Reason);
        AssertSaysNothing(result);
    }

    [Fact]
    public void Attack15_NoAlgorithm_TakesTheKeys() =>
        Assert.Equal(SignatureReason.None, new Crafted { Algorithm = null }.Verify().Reason);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(48)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(3000)]
    public void Attack17_SignatureOfNoAlgorithmsLength_IsMalformed(int length)
    {
        var request = new Crafted().Sign();
        var mac = Convert.FromBase64String(request.Header("signature")[0]["safellm=:".Length..^1]);
        Array.Resize(ref mac, length);
        Assert.Equal(SignatureReason.SignatureMalformed, Crafted.Verify(request.With("signature", $"safellm=:{Convert.ToBase64String(mac)}:")).Reason);
    }

    [Fact]
    public void Attack17_EverySingleBitOfTheMac_Matters()
    {
        var request = new Crafted().Sign();
        var mac = Convert.FromBase64String(request.Header("signature")[0]["safellm=:".Length..^1]);
        for (var bit = 0; bit < mac.Length * 8; bit++)
        {
            mac[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(SignatureReason.SignatureInvalid, Crafted.Verify(request.With("signature", $"safellm=:{Convert.ToBase64String(mac)}:")).Reason);
            mac[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData("safellm=\"{0}\"")]
    [InlineData("safellm={0}")]
    [InlineData("safellm=:{0}")]
    [InlineData("safellm=(:{0}:)")]
    [InlineData("safellm=:{0}:;x")]
    [InlineData("safellm=: {0}:")]
    [InlineData("safellm=:{0}=:")]
    [InlineData("safellm")]
    [InlineData("")]
    public void Attack17_SignatureOfAnotherTypeOrSpelling_IsMalformed(string header)
    {
        var request = new Crafted().Sign();
        var mac = request.Header("signature")[0]["safellm=:".Length..^1];
        Assert.Equal(SignatureReason.SignatureMalformed, Crafted.Verify(request.With("signature", header.Replace("{0}", mac))).Reason);
    }

    [Fact]
    public void Attack17_SignatureInUrlAlphabetUnpaddedOrWithStrayBits_IsMalformed()
    {
        // A nonce that gives a MAC with both of the characters that the URL alphabet spells differently.
        var crafted = Enumerable.Range(0, 10_000).Select(i => new Crafted { Nonce = $"\"0123456789abcdef{i}\"" })
            .First(one => one.Sign().Header("signature")[0] is var header && header.Contains('+') && header.Contains('/'));
        var header = crafted.Request.Header("signature")[0];
        Assert.Equal(SignatureReason.None, Crafted.Verify(crafted.Request).Reason);
        var last = header[^3];
        foreach (var spelling in (string[])[header.Replace('+', '-').Replace('/', '_'), $"{header[..^2]}:", $"{header[..^3]}{(char)(last + 1)}=:"])
        {
            Assert.NotEqual(header, spelling);
            Assert.Equal(SignatureReason.SignatureMalformed, Crafted.Verify(crafted.Request.With("signature", spelling)).Reason);
        }
    }

    [Fact]
    public void Attack18_MacOverAnotherLayoutOfTheBase_IsSignatureInvalid()
    {
        Func<string, string>[] layouts =
        [
            text => text + "\n",
            text => text.Replace("\n", "\r\n"),
            text => "\n" + text,
            text => text[..text.IndexOf("\"@signature-params\"", StringComparison.Ordinal)],
            text => text[..(text.IndexOf("\"@signature-params\"", StringComparison.Ordinal) - 1)],
            text => text.Replace("\"@signature-params\": ", "\"@signature-params\": safellm="),
            text => text.Replace(": ", ":"),
            text => text.ToUpperInvariant(),
            _ => "",
        ];
        Assert.All(layouts, layout => Assert.Equal(SignatureReason.SignatureInvalid, new Crafted { Base = layout }.Verify().Reason));
    }

    [Fact]
    public void Attack19_ParametersChangedAfterSigning_IsSignatureInvalid()
    {
        (string From, string To)[] changes =
        [
            (";created=1763884800;expires=1763885100", ";expires=1763885100;created=1763884800"),
            ("expires=1763885100", "expires=1763885099"),
            ("created=1763884800", "created=1763884801"),
            ("0123456789abcdef", "0123456789abcdeF"),
            (";alg=\"hmac-sha256\"", ""),
            ("\"@method\" \"@authority\"", "\"@authority\" \"@method\""),
        ];
        Assert.All(changes, change =>
        {
            var request = new Crafted().Sign();
            var input = request.Header("signature-input")[0];
            Assert.Contains(change.From, input);
            Assert.Equal(SignatureReason.SignatureInvalid, Crafted.Verify(request.With("signature-input", input.Replace(change.From, change.To))).Reason);
        });
    }

    [Fact]
    public void Attack19_KeyIdSwappedForAnotherKeys_IsSignatureInvalid()
    {
        var other = SigningKey.GenerateHmac("k-other");
        var keys = new SigningKeyRing([new VerifierKey(Crafted.Key), new VerifierKey(other)]);
        var request = new Crafted().Sign();
        request.With("signature-input", request.Header("signature-input")[0].Replace("k-2026-11-a", "k-other"));
        Assert.Equal(SignatureReason.SignatureInvalid, Crafted.Verify(request, keys: keys).Reason);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("k' OR 1=1 --")]
    [InlineData("k%0d%0aINFO forged")]
    [InlineData("")]
    [InlineData("https://evil.example/key")]
    public void Attack28_KeyIdThatMeansSomethingElsewhere_IsRefusedBeforeAnyLookUp(string keyId)
    {
        var crafted = new Crafted { KeyId = $"\"{keyId}\"" };
        Assert.Equal(SignatureReason.Params, Crafted.Verify(crafted.Sign(), keys: new NoLookUps()).Reason);
    }

    [Fact]
    public void Attack28_KeyIdOf5000Characters_IsRefusedBeforeAnyLookUp()
    {
        var result = Crafted.Verify(new Crafted { KeyId = $"\"{new string('k', 5000)}\"" }.Sign(), keys: new NoLookUps());
        Assert.Equal(SignatureReason.Params, result.Reason);
        Assert.True(result.Detail!.Length < 300);
    }

    [Fact]
    public void Attack28And32_UnknownKey_IsAnsweredLikeABadSignature()
    {
        var unknown = new Crafted { KeyId = "\"k-unknown\"" }.Verify();
        var forged = new Crafted { Base = text => text + " " }.Verify();
        var wrong = new Crafted { Algorithm = "\"ed25519\"" }.Verify();
        Assert.Equal([SignatureReason.KeyUnknown, SignatureReason.SignatureInvalid, SignatureReason.AlgMismatch], new[] { unknown.Reason, forged.Reason, wrong.Reason });
        Assert.Equivalent(forged.Refusal, unknown.Refusal, strict: true);
        Assert.Equivalent(forged.Refusal, wrong.Refusal, strict: true);
        Assert.All([unknown, forged, wrong], AssertSaysNothing);
    }

    [Fact]
    public void Attack31_UnknownKeyIds_LeaveNothingBehind()
    {
        var keys = new Remembering();
        var verifier = new RequestVerifier(new VerifierPolicy());
        var request = new Crafted().Sign();
        var input = request.Header("signature-input")[0];
        for (var i = 0; i < 1000; i++)
        {
            request.With("signature-input", input.Replace("k-2026-11-a", $"k-{i}"));
            Assert.Equal(SignatureReason.KeyUnknown, verifier.VerifyHead(request, keys, Crafted.Now).Reason);
        }

        GC.Collect();
        Assert.Equal(1000, keys.Asked.Count);
        Assert.InRange(keys.Asked.Count(asked => asked.TryGetTarget(out _)), 0, 5);
    }

    private static void AssertSaysNothing(VerificationResult result)
    {
        Assert.Equal(RefusalCode.SignatureInvalid, result.Refusal!.Code);
        Assert.Equal("The signature does not verify.", result.Refusal.Message);
        Assert.Null(result.Key);
        Assert.Null(result.Nonce);
    }

    private sealed class NoLookUps : ISigningKeyStore
    {
        public VerifierKey? Find(string keyId) => throw new InvalidOperationException($"Looked up {keyId}.");
    }

    private sealed class Remembering : ISigningKeyStore
    {
        public List<WeakReference<string>> Asked { get; } = [];

        public VerifierKey? Find(string keyId)
        {
            Asked.Add(new WeakReference<string>(keyId));
            return null;
        }
    }
}
