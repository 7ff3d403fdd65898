using System.Security.Cryptography;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Attacks;

/// <summary>Attacks 11 to 14 of the profile: the request is changed on its way.</summary>
public sealed class ContentTests
{
    private static readonly byte[] Content = "{}"u8.ToArray();
    private static readonly string Sha256Value = Convert.ToBase64String(SHA256.HashData(Content));
    private static readonly string Sha512Value = Convert.ToBase64String(SHA512.HashData(Content));

    [Fact]
    public void Attack11_ContentSwappedAndDigestKept_IsDigestMismatch()
    {
        var request = new Crafted().Sign();
        request.Content[^2] ^= 1;
        var result = Crafted.Verify(request);
        Assert.Equal(SignatureReason.DigestMismatch, result.Reason);
        Assert.Null(result.Nonce);
    }

    [Fact]
    public void Attack11_ContentCut_IsDigestMismatch()
    {
        var request = new Crafted().Sign();
        request.Content = [];
        Assert.Equal(SignatureReason.DigestMismatch, Crafted.Verify(request).Reason);
    }

    [Theory]
    [InlineData("sha-256=:{256}:", SignatureReason.None)]
    [InlineData("sha-512=:{512}:", SignatureReason.None)]
    [InlineData("sha-256=:{256}:, sha-512=:{512}:", SignatureReason.None)]
    [InlineData("md5=:AAAA:, sha-256=:{256}:", SignatureReason.None)]
    [InlineData("sha-256=:{256}:;x=1", SignatureReason.None)]
    [InlineData("sha-256=:{512}:", SignatureReason.DigestMismatch)]
    [InlineData("sha-256=::", SignatureReason.DigestMismatch)]
    [InlineData("sha-256=:{256}:, sha-512=:{256}:", SignatureReason.DigestMismatch)]
    [InlineData("sha-256=:AAAA:, sha-512=:{512}:", SignatureReason.DigestMismatch)]
    [InlineData("md5=:AAAA:", SignatureReason.DigestUnsupported)]
    [InlineData("sha=:AAAA:, crc32c=:AAAA:", SignatureReason.DigestUnsupported)]
    [InlineData("", SignatureReason.DigestMalformed)]
    [InlineData("sha-256", SignatureReason.DigestMalformed)]
    [InlineData("sha-256=abc", SignatureReason.DigestMalformed)]
    [InlineData("sha-256=\"{256}\"", SignatureReason.DigestMalformed)]
    [InlineData("sha-256=(:{256}:)", SignatureReason.DigestMalformed)]
    [InlineData("sha-256=:{256}:, sha-256=:{256}:", SignatureReason.DigestMalformed)]
    [InlineData("md5=:AAAA:, md5=:AAAA:, sha-256=:{256}:", SignatureReason.DigestMalformed)]
    [InlineData("sha-256=:{256}:,", SignatureReason.DigestMalformed)]
    [InlineData("SHA-256=:{256}:", SignatureReason.DigestMalformed)]
    [InlineData("sha-256={256}", SignatureReason.DigestMalformed)]
    public void Attack12_DigestThatIsWeakEmptyDoubleOrOfAnotherType_IsRefused(string header, SignatureReason expected)
    {
        var crafted = new Crafted { Request = new TestRequest { Content = Content }.With("content-type", "application/json") };
        crafted.Request.With("content-digest", header.Replace("{256}", Sha256Value).Replace("{512}", Sha512Value));
        Assert.Equal(expected, crafted.Verify().Reason);
    }

    [Fact]
    public void Attack12_DigestOnASecondLine_IsRefused()
    {
        var crafted = new Crafted { Request = new TestRequest { Content = Content }.With("content-type", "application/json") };
        crafted.Request.With("content-digest", $"sha-256=:{Sha256Value}:", $"sha-512=:{Sha512Value}:");
        Assert.Equal(SignatureReason.SignatureMalformed, crafted.Verify().Reason);
        Assert.Equal(SignatureReason.DigestMalformed, ContentDigest.Verify(crafted.Request.Header("content-digest"), Content, out _));
    }

    [Fact]
    public void Attack12_DigestInUrlAlphabetOrUnpadded_IsMalformed()
    {
        // A digest whose base64 has both of the characters that the URL alphabet spells differently.
        var content = Enumerable.Range(0, 10_000).Select(i => System.Text.Encoding.ASCII.GetBytes($"{{\"n\":{i}}}"))
            .First(bytes => Convert.ToBase64String(SHA256.HashData(bytes)) is var text && text.Contains('+') && text.Contains('/'));
        var digest = Convert.ToBase64String(SHA256.HashData(content));
        Assert.Equal(SignatureReason.None, ContentDigest.Verify([$"sha-256=:{digest}:"], content, out _));
        Assert.Equal(SignatureReason.DigestMalformed, ContentDigest.Verify([$"sha-256=:{digest.Replace('+', '-').Replace('/', '_')}:"], content, out _));
        Assert.Equal(SignatureReason.DigestMalformed, ContentDigest.Verify([$"sha-256=:{digest.TrimEnd('=')}:"], content, out _));
    }

    [Fact]
    public void Attack13_ContentAndDigestSwapped_IsSignatureInvalid()
    {
        var request = new Crafted().Sign();
        request.Content = "{\"max_tokens\":100000}"u8.ToArray();
        request.With("content-digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(request.Content))}:");
        Assert.Equal(SignatureReason.SignatureInvalid, Crafted.Verify(request).Reason);
    }

    [Fact]
    public void Attack14_TargetOrTypeChanged_IsSignatureInvalid()
    {
        Action<TestRequest>[] changes =
        [
            request => request.Method = "PUT",
            request => request.Method = "post",
            request => request.Path = "/v1/Chat/completions",
            request => request.Path = "/v1/chat%2fcompletions",
            request => request.Path += "/",
            request => request.Query = "?admin=1",
            request => request.Query = "?b=2&a=1",
            request => request.Query = "?a=1&b=%32",
            request => request.Query = "?",
            request => request.Authority = "api.other.example",
            request => request.Authority += ":8443",
            request => request.With("content-type", "text/plain"),
            request => request.With("content-type", "application/json; charset=utf-8"),
        ];
        Assert.All(changes, change =>
        {
            var crafted = new Crafted();
            crafted.Request.Query = "?a=1&b=2";
            Assert.Equal(SignatureReason.None, crafted.Verify().Reason);
            change(crafted.Request);
            Assert.Equal(SignatureReason.SignatureInvalid, Crafted.Verify(crafted.Request).Reason);
        });
    }
}
