using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Attacks;

/// <summary>Attacks 20 to 24 of the profile: parameters of the wrong kind, size or time.</summary>
public sealed class ParameterTests
{
    [Theory]
    [InlineData(null, SignatureReason.Params)]
    [InlineData("\"1763884800\"", SignatureReason.Params)]
    [InlineData("1763884800.0", SignatureReason.Params)]
    [InlineData("@1763884800", SignatureReason.Params)]
    [InlineData("?1", SignatureReason.Params)]
    [InlineData("NaN", SignatureReason.Params)]
    [InlineData("1763884800123456", SignatureReason.SignatureMalformed)]
    [InlineData("+1763884800", SignatureReason.SignatureMalformed)]
    [InlineData("1e9", SignatureReason.SignatureMalformed)]
    [InlineData("-1763884800", SignatureReason.Lifetime)]
    [InlineData("999999999999999", SignatureReason.Lifetime)]
    public void Attack20_CreatedMissingOrOfAnotherKind_IsRefused(string? created, SignatureReason expected) =>
        Assert.Equal(expected, new Crafted { Created = created }.Verify().Reason);

    [Theory]
    [InlineData(null, SignatureReason.Params)]
    [InlineData("\"1763885100\"", SignatureReason.Params)]
    [InlineData("1763885100.5", SignatureReason.Params)]
    [InlineData("17638851001234567", SignatureReason.SignatureMalformed)]
    public void Attack20_ExpiresMissingOrOfAnotherKind_IsRefused(string? expires, SignatureReason expected) =>
        Assert.Equal(expected, new Crafted { Expires = expires }.Verify().Reason);

    [Theory]
    [InlineData(0, SignatureReason.None)]
    [InlineData(30, SignatureReason.None)]
    [InlineData(31, SignatureReason.Future)]
    [InlineData(3600, SignatureReason.Future)]
    [InlineData(86400, SignatureReason.Future)]
    [InlineData(-294, SignatureReason.None)]
    [InlineData(-300, SignatureReason.Stale)]
    public void Attack21And23_CreatedAheadOrBehind_IsTwoSided(int offset, SignatureReason expected)
    {
        var created = Crafted.Now.ToUnixTimeSeconds() + offset;
        var crafted = new Crafted { Created = $"{created}", Expires = $"{created + 300}" };
        Assert.Equal(expected, crafted.Verify().Reason);
    }

    [Theory]
    [InlineData(300, SignatureReason.None)]
    [InlineData(301, SignatureReason.Lifetime)]
    [InlineData(315_360_000, SignatureReason.Lifetime)]
    [InlineData(0, SignatureReason.Lifetime)]
    [InlineData(-1, SignatureReason.Lifetime)]
    public void Attack22_LifetimeTooLongOrNegative_IsLifetime(long seconds, SignatureReason expected) =>
        Assert.Equal(expected, new Crafted { Expires = $"{1763884800 + seconds}" }.Verify().Reason);

    [Fact]
    public void Attack23_ExpiredThoughYoung_IsStale()
    {
        var request = new Crafted { Expires = "1763884820" }.Sign();
        Assert.Equal(SignatureReason.None, Crafted.Verify(request, DateTimeOffset.FromUnixTimeSeconds(1763884819)).Reason);
        Assert.Equal(SignatureReason.Stale, Crafted.Verify(request, DateTimeOffset.FromUnixTimeSeconds(1763884820)).Reason);
    }

    [Fact]
    public void Attack23_OlderThanAStricterPolicyAllows_IsStale()
    {
        var request = new Crafted().Sign();
        var policy = new VerifierPolicy { MaxAge = TimeSpan.FromSeconds(10) };
        Assert.Equal(SignatureReason.None, Crafted.Verify(request, DateTimeOffset.FromUnixTimeSeconds(1763884810), policy).Reason);
        Assert.Equal(SignatureReason.Stale, Crafted.Verify(request, DateTimeOffset.FromUnixTimeSeconds(1763884811), policy).Reason);
    }

    [Theory]
    [InlineData(null, SignatureReason.Params)]
    [InlineData("token-is-no-string", SignatureReason.Params)]
    [InlineData("1234567890123456", SignatureReason.SignatureMalformed)]
    [InlineData("123456789012345", SignatureReason.Params)]
    [InlineData("\"\"", SignatureReason.Nonce)]
    [InlineData("\"abc\"", SignatureReason.Nonce)]
    [InlineData("\"0123456789abcde\"", SignatureReason.Nonce)]
    [InlineData("\"0123456789 abcdef\"", SignatureReason.Nonce)]
    [InlineData("\"0123456789+abcde/==\"", SignatureReason.Nonce)]
    [InlineData("\"0123456789abcdef\\\"\"", SignatureReason.Nonce)]
    [InlineData("\"0123456789abcdef\"", SignatureReason.None)]
    public void Attack24_NonceMissingShortOrStrange_IsRefused(string? nonce, SignatureReason expected) =>
        Assert.Equal(expected, new Crafted { Nonce = nonce }.Verify().Reason);

    [Theory]
    [InlineData(64, SignatureReason.None)]
    [InlineData(65, SignatureReason.Nonce)]
    [InlineData(300, SignatureReason.Nonce)]
    public void Attack24_NonceTooLong_IsNonce(int length, SignatureReason expected) =>
        Assert.Equal(expected, new Crafted { Nonce = $"\"{new string('n', length)}\"" }.Verify().Reason);

    [Theory]
    [InlineData(";x=1")]
    [InlineData(";realm=\"a\"")]
    [InlineData(";Created=1")]
    [InlineData(";created=1763884800")]
    [InlineData(";tag=\"other\"")]
    public void Parameter_UnknownOrTwice_IsRefused(string more) =>
        Assert.NotEqual(SignatureReason.None, new Crafted { More = more }.Verify().Reason);

    [Fact]
    public void KeyId_ThatIsMissing_IsParams() => Assert.Equal(SignatureReason.Params, new Crafted { KeyId = null }.Verify().Reason);

    [Fact]
    public void Parameters_InAnyOrder_AreSignedAsReceived()
    {
        var crafted = new Crafted { Created = null, Expires = null, More = ";expires=1763885100;created=1763884800" };
        Assert.Equal(SignatureReason.None, crafted.Verify().Reason);
    }

    [Theory]
    [InlineData("-1", "30", "MaxAge")]
    [InlineData("301", "30", "MaxAge")]
    [InlineData("300", "-1", "FutureSkew")]
    [InlineData("300", "301", "FutureSkew")]
    public void Policy_ThatContradictsTheProfile_IsRefusedByName(string maxAge, string skew, string name)
    {
        var policy = new VerifierPolicy
        {
            MaxAge = TimeSpan.FromSeconds(int.Parse(maxAge, null)),
            FutureSkew = TimeSpan.FromSeconds(int.Parse(skew, null)),
        };
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => new RequestVerifier(policy)).Message);
    }

    [Theory]
    [InlineData("X-Upper")]
    [InlineData("")]
    [InlineData("@method")]
    [InlineData("a:b")]
    public void Policy_WithAHeaderThatIsNoName_IsRefused(string name) =>
        Assert.Contains("CoveredHeaders", Assert.Throws<ArgumentException>(() => new RequestVerifier(new VerifierPolicy { CoveredHeaders = [name] })).Message);
}
