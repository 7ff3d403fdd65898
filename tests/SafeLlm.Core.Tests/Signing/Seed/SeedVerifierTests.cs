using System.Globalization;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Seed;

public sealed class SeedVerifierTests
{
    private const string Content = """{"b": 1, "a": "é"}""";

    private readonly FakeTimeProvider _time = new(Crafted.Now);
    private readonly SigningKey _key = SigningKey.Seed("client_123", "sk_test_3f9c0e7b2a6d4c11");

    private SigningKeyRing Keys => new([new VerifierKey(_key) { Profile = SignatureProfile.SeedV0, Endpoints = ["/v1/chat/completions", "/old/*"] }]);

    [Fact]
    public void Request_SignedAsOfOld_IsVerifiedWithItsMacAsNonce()
    {
        var result = Verify(Signed());

        Assert.Equal(SignatureReason.None, result.Reason);
        Assert.Equal("seed-v0", result.Nonce!.Value.Profile);
        Assert.Equal(64, result.Nonce.Value.Nonce.Length);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(330), result.Nonce.Value.KeepUntil);
    }

    [Fact]
    public async Task Attack26_CopySentWhileItIsFresh_IsReplayedUpToItsLastSecond()
    {
        var ahead = Signed(_time.GetUtcNow() + TimeSpan.FromSeconds(300));
        var nonces = new InMemoryNonceStore(_time);
        Assert.Equal(NonceOutcome.Claimed, await nonces.ClaimAsync(Verify(ahead).Nonce!.Value, TestContext.Current.CancellationToken));
        _time.Advance(TimeSpan.FromSeconds(600));
        Assert.Equal(NonceOutcome.Replayed, await nonces.ClaimAsync(Verify(ahead).Nonce!.Value, TestContext.Current.CancellationToken));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SignatureReason.Stale, Verify(ahead).Reason);
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("signature-input")]
    public void Attack39_HeadersOfBothProfiles_AreRefused(string header) =>
        Assert.Equal(SignatureReason.SignatureAmbiguous, Verify(Signed().With(header, "x")).Reason);

    /// <summary>A header that nobody signed must not decide by which profile a request is read.</summary>
    [Fact]
    public void Claim_OfATimestampBesideAnotherSignature_IsNone()
    {
        var v1 = new Crafted().Sign();
        Assert.False(SeedVerifier.IsClaimed(v1.With("x-timestamp", "1763884805").With("x-api-key", "client_123")));
        Assert.True(SeedVerifier.IsClaimed(v1.With("x-signature", "x")));
        Assert.True(SeedVerifier.IsClaimed(Signed()));
        Assert.True(SeedVerifier.IsClaimed(Signed().Without("x-signature")));
        Assert.False(SeedVerifier.IsClaimed(new Crafted().Sign()));
    }

    [Fact]
    public void Attack39_KeyOfOneProfile_SignsNothingInTheOther()
    {
        var v1 = new SigningKeyRing([new VerifierKey(_key)]);
        Assert.Equal(SignatureReason.KeyUnknown, Verify(Signed(), v1).Reason);
        var seed = new SigningKeyRing([new VerifierKey(Crafted.Key) { Profile = SignatureProfile.SeedV0, Endpoints = ["/*"] }]);
        Assert.Equal(SignatureReason.KeyUnknown, Crafted.Verify(new Crafted().Sign(), keys: seed).Reason);
    }

    [Fact]
    public void WhatItDoesNotSign_IsRefused()
    {
        var get = Signed();
        get.Method = "GET";
        var query = Signed();
        query.Query = "?model=gpt-4";
        var elsewhere = Signed();
        elsewhere.Path = "/v1/embeddings";
        var near = Signed();
        near.Path = "/older";
        var below = Signed();
        below.Path = "/old/chat";

        Assert.All([get, query, elsewhere, near], request => Assert.Equal(SignatureReason.Coverage, Verify(request).Reason));
        Assert.Equal(SignatureReason.None, Verify(below).Reason);
    }

    [Fact]
    public void KeyBoundToNoEndpoint_MayCallNone() =>
        Assert.Equal(SignatureReason.Coverage, Verify(Signed(), new SigningKeyRing([new VerifierKey(_key) { Profile = SignatureProfile.SeedV0 }])).Reason);

    [Theory]
    [InlineData("x-timestamp", " 1763884805", SignatureReason.TimestampMalformed)]
    [InlineData("x-timestamp", "01763884805", SignatureReason.TimestampMalformed)]
    [InlineData("x-timestamp", "1763884805.0", SignatureReason.TimestampMalformed)]
    [InlineData("x-timestamp", "176388480５", SignatureReason.TimestampMalformed)]
    [InlineData("x-timestamp", "9999999999", SignatureReason.Future)]
    [InlineData("x-timestamp", "0000000000", SignatureReason.Stale)]
    [InlineData("x-signature", "", SignatureReason.SignatureMissing)]
    [InlineData("x-signature", "zz", SignatureReason.SignatureMalformed)]
    [InlineData("x-api-key", "../keys", SignatureReason.KeyUnknown)]
    [InlineData("x-api-key", "client_999", SignatureReason.KeyUnknown)]
    public void HeaderChanged_IsRefusedFor(string header, string value, SignatureReason reason) =>
        Assert.Equal(reason, Verify(Signed().With(header, value)).Reason);

    [Fact]
    public void Signature_InUpperCaseOrOnTwoLines_IsRefused()
    {
        var request = Signed();
        Assert.Equal(SignatureReason.SignatureMalformed, Verify(request.With("x-signature", request.Header("x-signature")[0].ToUpperInvariant())).Reason);
        var twice = Signed();
        Assert.Equal(SignatureReason.SignatureMissing, Verify(twice.With("x-signature", twice.Header("x-signature")[0], twice.Header("x-signature")[0])).Reason);
    }

    [Fact]
    public void RevokedKey_IsToldOnlyToItsOwner()
    {
        var keys = new SigningKeyRing([new VerifierKey(_key) { Profile = SignatureProfile.SeedV0, Endpoints = ["/*"], RevokedAt = Crafted.Now }]);
        Assert.Equal(SignatureReason.KeyRevoked, Verify(Signed(), keys).Reason);
        Assert.Equal(SignatureReason.SignatureInvalid, Verify(Signed().With("x-signature", new string('0', 64)), keys).Reason);
    }

    [Fact]
    public void Head_OfARequestThatPasses_IsNotVerifiedYet()
    {
        var result = new SeedVerifier().CheckHead(Signed(), _time.GetUtcNow());
        Assert.Equal(SignatureReason.NotVerified, result.Reason);
        Assert.Null(result.Key);
        Assert.Null(result.Nonce);
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("[1E+999]")]
    [InlineData("NaN")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"a\":1,\"\\u0061\":1}")]
    [InlineData("\"\\ud800\"")]
    [InlineData("1 2")]
    [InlineData("")]
    public void Content_ThatTwoReadersTakeDifferently_HasNoCanonicalForm(string content) =>
        Assert.Throws<ArgumentException>(() => SeedSignature.Canonical(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void Integer_OfMoreDigitsThanPythonReads_HasNoCanonicalForm()
    {
        Assert.Equal(4300, SeedSignature.Canonical(Encoding.UTF8.GetBytes(new string('1', 4300))).Length);
        Assert.Throws<ArgumentException>(() => SeedSignature.Canonical(Encoding.UTF8.GetBytes(new string('1', 4301))));
    }

    [Fact]
    public void Float_OfAnyValue_ReadsBackAsItself() =>
        Gen.Double.Where(double.IsFinite).Sample(value =>
        {
            var text = PythonFloat.Format(value);
            return BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)) == BitConverter.DoubleToInt64Bits(value)
                && text.AsSpan().ContainsAny('.', 'e');
        });

    [Fact]
    public void Canonical_OfItself_IsItself() =>
        Gen.String.Where(text => text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar)).Sample(text =>
        {
            var once = SeedSignature.Canonical(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { [text] = text, ["é"] = 1.5e300 }));
            return once == SeedSignature.Canonical(Encoding.ASCII.GetBytes(once));
        });

    private TestRequest Signed(DateTimeOffset? at = null)
    {
        var content = Encoding.UTF8.GetBytes(Content);
        var headers = SeedSignature.Sign(content, _key, at ?? _time.GetUtcNow());
        return new TestRequest { Content = content }
            .With("x-api-key", headers.ApiKey)
            .With("x-timestamp", headers.Timestamp)
            .With("x-signature", headers.Signature);
    }

    private VerificationResult Verify(TestRequest request, SigningKeyRing? keys = null) =>
        new SeedVerifier().Verify(request, request.Content, keys ?? Keys, _time.GetUtcNow());
}
