using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

public sealed class ForeignSignatureTests
{
    [Theory]
    [InlineData("authorization", "AWS4-HMAC-SHA256 Credential=AKID/20261125/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=00", "")]
    [InlineData("authorization", " aws4-ecdsa-p256-sha256 Credential=x", "")]
    [InlineData("signature", "sig1=:AA==:", "")]
    [InlineData("signature-input", "sig1=(\"content-digest\")", "")]
    [InlineData("content-digest", "sha-256=:AA==:", "")]
    [InlineData("repr-digest", "sha-256=:AA==:", "")]
    [InlineData("digest", "SHA-256=AA==", "")]
    [InlineData("x-other", "", "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00")]
    public void Signature_OverContent_IsSeen(string header, string value, string query) => Assert.True(IsOn(header, value, query));

    [Theory]
    [InlineData("authorization", "Bearer AWS4-key", "")]
    [InlineData("x-api-key", "signature", "?signature=1")]
    [InlineData("content-type", "application/json", "?alt=sse")]
    public void Signature_OfNobody_IsNotSeen(string header, string value, string query) => Assert.False(IsOn(header, value, query));

    private static bool IsOn(string header, string value, string query) =>
        ForeignSignature.IsOn(new RequestTarget("POST", "bedrock-runtime.us-east-1.amazonaws.com", "/model/m/converse", query), name => name == header ? value : null);
}
