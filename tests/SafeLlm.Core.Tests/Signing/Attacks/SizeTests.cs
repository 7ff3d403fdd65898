using System.Text;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Attacks;

/// <summary>Attack 30 of the profile: headers that cost much to read.</summary>
public sealed class SizeTests
{
    [Fact]
    public void Attack30_MoreComponentsThanAllowed_IsMalformed()
    {
        var crafted = new Crafted();
        for (var i = 0; i < 26; i++)
        {
            crafted.Request.With($"h{i}", "1");
            crafted.Components += $" \"h{i}\"";
        }

        Assert.Equal(SignatureReason.None, crafted.Verify().Reason);
        crafted.Request.With("h26", "1");
        crafted.Components += " \"h26\"";
        Assert.Equal(SignatureReason.SignatureMalformed, crafted.Verify().Reason);
        for (var i = 27; i < 70; i++) crafted.Components += $" \"h{i}\"";
        Assert.Equal(SignatureReason.SignatureMalformed, crafted.Verify().Reason);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public void Attack30_MoreParametersThanAllowed_IsRefused(int more) =>
        Assert.NotEqual(SignatureReason.None, new Crafted { More = string.Concat(Enumerable.Range(0, more).Select(i => $";p{i}")) }.Verify().Reason);

    [Fact]
    public void Attack30_SignatureHeadersOf64Kilobytes_AreRefusedUnread()
    {
        var request = new Crafted().Sign();
        Assert.Equal(SignatureReason.None, Crafted.Verify(request).Reason);
        var result = Crafted.Verify(request.Add("signature-input", $"p=(\"{new string('x', 65_536)}\")"));
        Assert.Equal(SignatureReason.SignatureMalformed, result.Reason);
        Assert.Contains("8192", result.Detail);
    }

    [Fact]
    public void Attack30_AHundredThousandMembers_AreRefused()
    {
        var members = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"m{i}=()"));
        Assert.Equal(SignatureReason.SignatureMalformed, Crafted.Verify(new Crafted().Sign().With("signature-input", members)).Reason);
    }

    [Fact]
    public void Attack30_MoreMembersThanAllowedWithinTheSize_AreRefused()
    {
        var request = new Crafted().Sign();
        var (input, signature) = (request.Header("signature-input")[0], request.Header("signature")[0]);
        var foreign = Enumerable.Range(0, 15).Select(i => $"m{i}=();tag=\"p\"");
        Assert.Equal(SignatureReason.None, Crafted.Verify(request.With("signature-input", [.. foreign, input])).Reason);
        Assert.Equal(SignatureReason.SignatureMalformed, Crafted.Verify(request.With("signature-input", [.. foreign, "m15=();tag=\"p\"", input])).Reason);
        request.With("signature-input", input);
        Assert.Equal(SignatureReason.SignatureMalformed, Crafted.Verify(request.With("signature", [.. Enumerable.Range(0, 16).Select(i => $"m{i}=:AAAA:"), signature])).Reason);
    }

    [Theory]
    [InlineData("a=(", " ", "")]
    [InlineData("a=(", "\"x\" ", ")")]
    [InlineData("a=(", "\"x\";", ")")]
    [InlineData("a=();x=\"", "\\\"", "\"")]
    [InlineData("a=();", " ", "x")]
    [InlineData("", "a=(),", "b=()")]
    [InlineData("a=();x=:", "A", ":")]
    [InlineData("a=();x=%\"", "%c3%a4", "\"")]
    [InlineData("a=();x=", "1", "")]
    [InlineData("", "\t", "")]
    [InlineData("", ",", "")]
    public void Attack30_LargestHeaderOfAnyShape_IsRefused(string open, string repeat, string close)
    {
        var text = new StringBuilder(open);
        while (text.Length + repeat.Length + close.Length <= 8000) text.Append(repeat);
        var request = new Crafted().Sign().With("signature-input", text.Append(close).ToString()).With("signature", "a=:AAAA:");

        Assert.False(Crafted.Verify(request).IsVerified);
    }

    [Fact]
    public void Attack30_ForeignMembersFullOfMistakes_MakeNoGarbageToSpeakOf()
    {
        var request = new Crafted().Sign().With("signature-input", $"p=({string.Join(' ', Enumerable.Range(0, 1300).Select(i => "\"A\""))});tag=\"x\"");
        var verifier = new RequestVerifier(new VerifierPolicy());
        var keys = new SigningKeyRing();
        Assert.Equal(SignatureReason.Tag, verifier.VerifyHead(request, keys, Crafted.Now).Reason);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) _ = verifier.VerifyHead(request, keys, Crafted.Now);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 1000);
    }
}
