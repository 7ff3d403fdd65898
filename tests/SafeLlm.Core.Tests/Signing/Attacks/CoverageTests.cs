using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Attacks;

/// <summary>Attacks 7 to 10 of the profile: a good signature over too little.</summary>
public sealed class CoverageTests
{
    [Fact]
    public void Attack07_NothingCovered_IsCoverageAndListsWhatIsMissing()
    {
        var result = new Crafted { Components = "" }.Verify();
        Assert.Equal(SignatureReason.Coverage, result.Reason);
        Assert.Equal("The signature does not cover \"@method\", \"@authority\", \"@path\", \"@query\", \"content-digest\", \"content-type\".", result.Refusal!.Message);
    }

    [Theory]
    [InlineData("@method")]
    [InlineData("@authority")]
    [InlineData("@path")]
    [InlineData("@query")]
    [InlineData("content-digest")]
    [InlineData("content-type")]
    public void Attack07_RequiredComponentLeftOut_IsCoverage(string component)
    {
        var crafted = new Crafted();
        crafted.Components = crafted.Components.Replace($"\"{component}\"", "").Replace("  ", " ").Trim();
        var result = crafted.Verify();
        Assert.Equal(SignatureReason.Coverage, result.Reason);
        Assert.Contains($"\"{component}\"", result.Detail);
    }

    [Fact]
    public void TargetUri_InPlaceOfAuthorityPathAndQuery_IsEnough()
    {
        var crafted = new Crafted { Components = "\"@method\" \"@target-uri\" \"content-digest\" \"content-type\"" };
        crafted.Request.Query = "?a=1";
        Assert.Equal(SignatureReason.None, crafted.Verify().Reason);
        crafted.Request.Query = "?a=2";
        Assert.Equal(SignatureReason.SignatureInvalid, Crafted.Verify(crafted.Request).Reason);
    }

    [Fact]
    public void Scheme_CoveredOnTop_IsVerified()
    {
        var crafted = new Crafted();
        crafted.Components += " \"@scheme\"";
        Assert.Equal(SignatureReason.None, crafted.Verify().Reason);
        crafted.Request.Scheme = "http";
        Assert.Equal(SignatureReason.SignatureInvalid, Crafted.Verify(crafted.Request).Reason);
    }

    [Theory]
    [InlineData("idempotency-key")]
    [InlineData("content-encoding")]
    [InlineData("x-safellm-user")]
    [InlineData("x-safellm-")]
    [InlineData("x-act-as")]
    public void Attack08_HeaderWithEffectPresentButUnsigned_IsCoverage(string header)
    {
        var policy = new VerifierPolicy { CoveredHeaders = ["x-act-as"] };
        var request = new Crafted().Sign().With(header, "evil");
        Assert.Equal(SignatureReason.Coverage, Crafted.Verify(request, policy: policy).Reason);

        var covered = new Crafted { Request = TestRequest.Chat().With(header, "honest") };
        covered.Components += $" \"{header}\"";
        Assert.Equal(SignatureReason.None, Crafted.Verify(covered.Sign(), policy: policy).Reason);
        Assert.Equal(SignatureReason.SignatureInvalid, Crafted.Verify(covered.Request.With(header, "evil"), policy: policy).Reason);
    }

    [Fact]
    public void Attack08_HeaderWithoutEffect_NeedNotBeSigned() =>
        Assert.Equal(SignatureReason.None, Crafted.Verify(new Crafted().Sign().With("user-agent", "x").With("x-forwarded-for", "1.2.3.4").With("authorization", "Bearer x")).Reason);

    [Fact]
    public void Attack09_GetWithContentThatIsNotCovered_IsCoverage()
    {
        var crafted = new Crafted { Components = "\"@method\" \"@authority\" \"@path\" \"@query\"", WithDigest = false };
        crafted.Request.Method = "GET";
        Assert.Equal(SignatureReason.Coverage, crafted.Verify().Reason);
    }

    [Fact]
    public void Attack09_ContentThatTheHeadDidNotAnnounce_IsRefused()
    {
        var crafted = new Crafted { Components = "\"@method\" \"@authority\" \"@path\" \"@query\"", WithDigest = false };
        crafted.Request.Announced = false;
        Assert.Equal(SignatureReason.DigestMismatch, crafted.Verify().Reason);
    }

    [Fact]
    public void Attack10_DigestCoveredButAbsent_IsComponentMissing_AndNeverTheEmptyString()
    {
        var crafted = new Crafted { WithDigest = false };
        Assert.Equal(SignatureReason.ComponentMissing, crafted.Verify().Reason);
    }

    [Fact]
    public void Attack10_DigestHeaderWithoutContent_MustBeCoveredToo()
    {
        var crafted = new Crafted { Components = "\"@method\" \"@authority\" \"@path\" \"@query\"" };
        crafted.Request.Content = [];
        crafted.Request.With("content-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
        Assert.Equal(SignatureReason.Coverage, crafted.Verify().Reason);
        crafted.Components += " \"content-digest\" \"content-type\"";
        Assert.Equal(SignatureReason.None, crafted.Verify().Reason);
    }

    [Fact]
    public void CoveredHeader_ThatIsAbsent_IsComponentMissing()
    {
        var crafted = new Crafted();
        crafted.Components += " \"x-absent\"";
        var result = crafted.Verify();
        Assert.Equal(SignatureReason.ComponentMissing, result.Reason);
        Assert.Equal(RefusalCode.SignatureMalformed, result.Refusal!.Code);
        Assert.Contains("x-absent", result.Refusal.Message);
    }

    [Fact]
    public void CoveredHeader_WithAnEmptyValue_IsThere()
    {
        var crafted = new Crafted();
        crafted.Request.With("x-empty", "");
        crafted.Components += " \"x-empty\"";
        Assert.Equal(SignatureReason.None, crafted.Verify().Reason);
    }

    [Fact]
    public void ContentLength_MayBeCovered()
    {
        var crafted = new Crafted();
        crafted.Request.With("content-length", "80");
        crafted.Components += " \"content-length\"";
        Assert.Equal(SignatureReason.None, crafted.Verify().Reason);
    }
}
