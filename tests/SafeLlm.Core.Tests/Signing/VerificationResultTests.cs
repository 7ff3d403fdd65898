using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing;

public sealed class VerificationResultTests
{
    [Fact]
    public void Default_IsNotVerified()
    {
        VerificationResult result = default;
        Assert.False(result.IsVerified);
        Assert.Equal(SignatureReason.NotVerified, result.Reason);
        Assert.Equal(RefusalCode.SignatureRequired, result.Refusal!.Code);
        Assert.False(new RequestVerifier(new VerifierPolicy()).VerifyContent(result, TestRequest.Chat(), []).IsVerified);
    }

    [Theory]
    [InlineData(SignatureReason.NotVerified, "signature_required", 401)]
    [InlineData(SignatureReason.SignatureMissing, "signature_required", 401)]
    [InlineData(SignatureReason.SignatureMalformed, "signature_malformed", 400)]
    [InlineData(SignatureReason.SignatureAmbiguous, "signature_malformed", 400)]
    [InlineData(SignatureReason.ComponentMissing, "signature_malformed", 400)]
    [InlineData(SignatureReason.Tag, "signature_coverage", 401)]
    [InlineData(SignatureReason.Coverage, "signature_coverage", 401)]
    [InlineData(SignatureReason.Params, "signature_coverage", 401)]
    [InlineData(SignatureReason.Nonce, "signature_coverage", 401)]
    [InlineData(SignatureReason.Lifetime, "signature_coverage", 401)]
    [InlineData(SignatureReason.Stale, "signature_expired", 401)]
    [InlineData(SignatureReason.Future, "signature_not_yet_valid", 401)]
    [InlineData(SignatureReason.KeyUnknown, "signature_invalid", 401)]
    [InlineData(SignatureReason.AlgMismatch, "signature_invalid", 401)]
    [InlineData(SignatureReason.SignatureInvalid, "signature_invalid", 401)]
    [InlineData(SignatureReason.KeyExpired, "key_expired", 401)]
    [InlineData(SignatureReason.KeyRevoked, "key_revoked", 401)]
    [InlineData(SignatureReason.Replay, "signature_replayed", 401)]
    [InlineData(SignatureReason.DigestMismatch, "digest_mismatch", 400)]
    [InlineData(SignatureReason.DigestUnsupported, "digest_unsupported", 400)]
    [InlineData(SignatureReason.DigestMalformed, "digest_malformed", 400)]
    public void Reason_IsFoldedIntoItsPublicCode(SignatureReason reason, string code, int status)
    {
        var refusal = new VerificationResult { Reason = reason }.Refusal!;
        Assert.Equal((code, status), (refusal.Code.Name(), refusal.Code.Status()));
        Assert.NotEmpty(refusal.Message);
    }

    [Fact]
    public void EveryReason_HasARefusalButTheOneThatNeedsNone() =>
        Assert.All(Enum.GetValues<SignatureReason>(), reason => Assert.Equal(reason == SignatureReason.None, new VerificationResult { Reason = reason }.Refusal is null));
}
