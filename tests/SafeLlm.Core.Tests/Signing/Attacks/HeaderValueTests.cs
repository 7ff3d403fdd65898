using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Attacks;

/// <summary>Attacks 36 and 37 of the profile, and what a proxy may do to a header without harm.</summary>
public sealed class HeaderValueTests
{
    private static readonly string[] ThreeLines = ["a", "", "b"];

    [Theory]
    [InlineData("a\r\n b")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    [InlineData("a\u007fb")]
    [InlineData("é")]
    [InlineData("a\u00a0")]
    [InlineData("日本")]
    [InlineData("x\n\"@method\": GET")]
    public void Attack36_CoveredHeaderWithALineEndOrOutsideAscii_IsMalformed(string value)
    {
        var crafted = new Crafted();
        crafted.Request.With("x-safellm-user", value);
        crafted.Components += " \"x-safellm-user\"";
        Assert.Equal(SignatureReason.SignatureMalformed, crafted.Verify().Reason);
        var error = Assert.Throws<ArgumentException>(() => crafted.Request.Signed(Crafted.Key, TimeProvider.System));
        Assert.Contains("x-safellm-user", error.Message);
        Assert.DoesNotContain(value, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Attack36_DerivedComponentWithALineEndOrOutsideAscii_IsMalformed()
    {
        Action<TestRequest>[] changes =
        [
            request => request.Method = "POST\n\"@path\": /cheap",
            request => request.Path = "/a\nb",
            request => request.Path = "/é",
            request => request.Path = "/a b",
            request => request.Path = "",
            request => request.Query = "?a=\u007f",
            request => request.Authority = "api.example.com\r\n",
            request => request.Authority = "",
        ];
        Assert.All(changes, change =>
        {
            var crafted = new Crafted();
            change(crafted.Request);
            Assert.Equal(SignatureReason.SignatureMalformed, crafted.Verify().Reason);
            Assert.Throws<ArgumentException>(() => crafted.Request.Signed(Crafted.Key, TimeProvider.System));
        });
    }

    [Theory]
    [InlineData("content-type")]
    [InlineData("idempotency-key")]
    [InlineData("content-digest")]
    public void Attack37_SingletonOnTwoLines_IsRefusedEvenWhereTheJoinedValueVerifies(string header)
    {
        var crafted = new Crafted();
        crafted.Request.With("idempotency-key", "k");
        crafted.Components += " \"idempotency-key\"";
        crafted.Sign();
        crafted.Request.Add(header, crafted.Request.Header(header)[0]);
        Assert.Equal(SignatureReason.SignatureMalformed, crafted.Verify().Reason);
    }

    [Fact]
    public void Header_MergedSplitOrPaddedOnTheWay_StillVerifies()
    {
        var crafted = new Crafted();
        crafted.Request.With("x-safellm-tags", ThreeLines);
        crafted.Components += " \"x-safellm-tags\"";
        Assert.Equal(SignatureReason.None, crafted.Verify().Reason);
        Assert.Equal(SignatureReason.None, Crafted.Verify(crafted.Request.With("x-safellm-tags", "a, , b")).Reason);
        Assert.Equal(SignatureReason.None, Crafted.Verify(crafted.Request.With("x-safellm-tags", " \ta ", "\t", "  b\t")).Reason);
        Assert.Equal(SignatureReason.SignatureInvalid, Crafted.Verify(crafted.Request.With("x-safellm-tags", "a,  , b")).Reason);
    }

    [Fact]
    public void SignatureInput_WithOtherWhiteSpaceOrSpelling_IsVerifiedOverItsCanonicalForm()
    {
        var request = new Crafted().Sign();
        var input = request.Header("signature-input")[0];
        string[] spellings =
        [
            $"  {input}  ",
            input.Replace("(\"@method\" \"@authority\"", "(  \"@method\"   \"@authority\"").Replace("\")", "\"  )"),
            input.Replace(";created=1763884800", ";  created=001763884800"),
            input.Replace("safellm=", "other=()  ,\t safellm=").Replace("safellm-v1\"", "safellm-v1\" \t , z=();x=?1"),
        ];
        Assert.All(spellings, spelling =>
        {
            Assert.NotEqual(input, spelling);
            Assert.Equal(SignatureReason.None, Crafted.Verify(request.With("signature-input", spelling)).Reason);
        });
        Assert.Equal(SignatureReason.None, Crafted.Verify(request.With("signature-input", "a=();tag=\"x\"", input)).Reason);
    }
}
