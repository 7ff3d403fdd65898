using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Attacks;

/// <summary>Attacks 1 to 6 and 29 of the profile: no signature, or more than one reading of it.</summary>
public sealed class MissingAndAmbiguousTests
{
    [Fact]
    public void Crafted_AsTheProfileHasIt_IsVerified()
    {
        var result = new Crafted().Verify();
        Assert.Equal(SignatureReason.None, result.Reason);
        Assert.Equal("k-2026-11-a", result.Key!.Key.KeyId);
        Assert.Equal(new NonceClaim("k-2026-11-a", "0123456789abcdef_-AZaz", DateTimeOffset.FromUnixTimeSeconds(1763885130)), result.Nonce);
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("signature-input")]
    public void Attack01_OneOfTheTwoHeadersIsMissing_IsSignatureMissing(string header) =>
        Assert.Equal(SignatureReason.SignatureMissing, Crafted.Verify(new Crafted().Sign().Without(header)).Reason);

    [Fact]
    public void Attack01_NoSignatureAtAll_IsSignatureMissing() =>
        Assert.Equal(SignatureReason.SignatureMissing, Crafted.Verify(TestRequest.Chat()).Reason);

    [Fact]
    public void Attack02_LabelsDiffer_IsMalformed()
    {
        var request = new Crafted().Sign();
        Assert.Equal(SignatureReason.SignatureMalformed, Crafted.Verify(request.With("signature", request.Header("signature")[0].Replace("safellm=", "other="))).Reason);
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("signature-input")]
    public void Attack03_LabelTwiceOnTwoLines_IsAmbiguous(string header)
    {
        var request = new Crafted().Sign();
        Assert.Equal(SignatureReason.SignatureAmbiguous, Crafted.Verify(request.Add(header, request.Header(header)[0])).Reason);
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("signature-input")]
    public void Attack03_LabelTwiceOnOneLine_IsAmbiguous(string header)
    {
        var request = new Crafted().Sign();
        Assert.Equal(SignatureReason.SignatureAmbiguous, Crafted.Verify(request.With(header, $"{request.Header(header)[0]}, {request.Header(header)[0]}")).Reason);
    }

    [Fact]
    public void Attack03_ForeignLabelTwice_IsAmbiguousToo() =>
        Assert.Equal(
            SignatureReason.SignatureAmbiguous,
            Crafted.Verify(new Crafted().Sign().Add("signature-input", "p=(\"@method\");tag=\"p\", p=();tag=\"q\"")).Reason);

    [Fact]
    public void Attack04_ComponentTwice_IsMalformed() =>
        Assert.Equal(SignatureReason.SignatureMalformed, new Crafted { Components = "\"@method\" \"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"content-type\"" }.Verify().Reason);

    [Theory]
    [InlineData("\"@evil\"")]
    [InlineData("\"@request-target\"")]
    [InlineData("\"@status\"")]
    [InlineData("\"@signature-params\"")]
    [InlineData("\"@\"")]
    [InlineData("\"\"")]
    [InlineData("\"Accept\"")]
    [InlineData("\"a b\"")]
    [InlineData("\"a\\\"b\"")]
    [InlineData("\"accept\";req")]
    [InlineData("\"accept\";unknown")]
    [InlineData("\"accept\";sf")]
    [InlineData("\"accept\";bs")]
    [InlineData("\"accept\";key=\"a\"")]
    [InlineData("\"accept\";tr")]
    [InlineData("\"@query-param\";name=\"a\"")]
    [InlineData("accept")]
    [InlineData("1")]
    [InlineData("?1")]
    [InlineData(":YQ==:")]
    public void Attack05_ComponentThatNamesNothingOfOurs_IsMalformed(string component)
    {
        var crafted = new Crafted();
        crafted.Request.With("accept", "a=1");
        crafted.Components += $" {component}";
        Assert.Equal(SignatureReason.SignatureMalformed, crafted.Verify().Reason);
    }

    [Theory]
    [InlineData("\"@method\";req")]
    [InlineData("\"@method\";x")]
    public void Attack05_RequiredComponentWithAParameter_IsMalformed(string component)
    {
        var crafted = new Crafted();
        crafted.Components = crafted.Components.Replace("\"@method\"", component);
        Assert.Equal(SignatureReason.SignatureMalformed, crafted.Verify().Reason);
    }

    [Fact]
    public void Attack06_HeaderNamedLikeADerivedComponent_NeverFeedsIt()
    {
        var request = new Crafted { Request = TestRequest.Chat().With("@method", "GET").With("@path", "/cheap") }.Sign();
        Assert.Equal(SignatureReason.None, Crafted.Verify(request).Reason);
        request.Method = "GET";
        Assert.Equal(SignatureReason.SignatureInvalid, Crafted.Verify(request).Reason);
    }

    [Fact]
    public void Attack29_TagMissing_IsTag() => Assert.Equal(SignatureReason.Tag, new Crafted { Tag = null }.Verify().Reason);

    [Theory]
    [InlineData("\"web-bot-auth\"")]
    [InlineData("\"SAFELLM-V1\"")]
    [InlineData("\"safellm-v1 \"")]
    [InlineData("safellm-v1")]
    public void Attack29_TagOfAnother_IsTag(string tag) => Assert.Equal(SignatureReason.Tag, new Crafted { Tag = tag }.Verify().Reason);

    [Fact]
    public void Attack29_TwoSignaturesWithOurTag_IsAmbiguous_WhicheverIsGood()
    {
        var good = new Crafted().Sign();
        var (input, signature) = (good.Header("signature-input")[0], good.Header("signature")[0]);
        var bad = ("bad=();tag=\"safellm-v1\"", "bad=:AAAA:");
        Assert.Equal(SignatureReason.SignatureAmbiguous, Crafted.Verify(good.With("signature-input", input, bad.Item1).With("signature", signature, bad.Item2)).Reason);
        Assert.Equal(SignatureReason.SignatureAmbiguous, Crafted.Verify(good.With("signature-input", bad.Item1, input).With("signature", bad.Item2, signature)).Reason);
    }

    [Fact]
    public void ForeignSignature_BesideOurs_IsIgnored()
    {
        var request = new Crafted().Sign();
        request.With("signature-input", "p=(\"@method\" \"x\";sf);created=1.5;x=@5;tag=\"proxy\"", request.Header("signature-input")[0]);
        request.With("signature", "p=:AAAA:", request.Header("signature")[0]);
        Assert.Equal(SignatureReason.None, Crafted.Verify(request).Reason);
    }

    [Theory]
    [InlineData("safellm=\"@method\"")]
    [InlineData("safellm")]
    [InlineData("safellm=(\"@method\"")]
    [InlineData("safellm=(\"@method\")x")]
    [InlineData("safellm=(\"@method\"\"@path\");tag=\"safellm-v1\"")]
    [InlineData("safellm=();tag=\"safellm-v1\",")]
    [InlineData("safellm=();tag=\"safellm-v1\";")]
    [InlineData("Safellm=();tag=\"safellm-v1\"")]
    [InlineData("safellm=();tag=\"safellm-v1")]
    [InlineData("safellm=();tag=\"safellm-v1\"\r\n")]
    [InlineData("safellm=();tag=\"säfellm-v1\"")]
    public void SignatureInput_ThatBreaksTheGrammar_IsMalformed(string input) =>
        Assert.Equal(SignatureReason.SignatureMalformed, Crafted.Verify(new Crafted().Sign().With("signature-input", input)).Reason);

    [Fact]
    public void SignatureInput_ThatIsEmpty_HasNoSignatureOfOurs() =>
        Assert.Equal(SignatureReason.Tag, Crafted.Verify(new Crafted().Sign().With("signature-input", "")).Reason);
}
