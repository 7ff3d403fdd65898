namespace SafeLlm.Signing;

/// <summary>The one table from reason to refusal: what only the operator may know is folded into what anybody may.</summary>
internal static class SignatureRefusals
{
    public static Refusal For(SignatureReason reason, string? detail)
    {
        var code = Code(reason);
        return new Refusal(code, detail ?? Message(code)) { Field = Field(code) };
    }

    public static RefusalCode Code(SignatureReason reason) => reason switch
    {
        SignatureReason.NotVerified or SignatureReason.SignatureMissing => RefusalCode.SignatureRequired,
        SignatureReason.SignatureMalformed or SignatureReason.SignatureAmbiguous or SignatureReason.ComponentMissing or SignatureReason.TimestampMalformed => RefusalCode.SignatureMalformed,
        SignatureReason.Coverage or SignatureReason.Params or SignatureReason.Nonce or SignatureReason.Lifetime or SignatureReason.Tag => RefusalCode.SignatureCoverage,
        SignatureReason.Stale => RefusalCode.SignatureExpired,
        SignatureReason.Future => RefusalCode.SignatureNotYetValid,

        // One answer: which of the three it was would tell a stranger whether a key exists.
        SignatureReason.KeyUnknown or SignatureReason.AlgMismatch or SignatureReason.SignatureInvalid => RefusalCode.SignatureInvalid,
        SignatureReason.KeyExpired => RefusalCode.KeyExpired,
        SignatureReason.KeyRevoked => RefusalCode.KeyRevoked,
        SignatureReason.DigestMismatch => RefusalCode.DigestMismatch,
        SignatureReason.DigestUnsupported => RefusalCode.DigestUnsupported,
        SignatureReason.DigestMalformed => RefusalCode.DigestMalformed,
        SignatureReason.Replay => RefusalCode.SignatureReplayed,
        SignatureReason.JsonInvalid => RefusalCode.JsonInvalid,
        SignatureReason.JsonDuplicateKey => RefusalCode.JsonDuplicateKey,
        SignatureReason.JsonDepth => RefusalCode.JsonDepth,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "This reason has no refusal."),
    };

    private static string Message(RefusalCode code) => code switch
    {
        RefusalCode.SignatureRequired => "The request was not verified: it needs a signature.",
        RefusalCode.SignatureReplayed => "The nonce was used before. The first copy may have run; sign again only to ask for a second run.",
        RefusalCode.KeyExpired => "The key has expired, generate a new key.",
        RefusalCode.KeyRevoked => "The key was revoked. Use another, or have a new one issued.",
        _ => "The signature does not verify.",
    };

    private static string Field(RefusalCode code) => code switch
    {
        RefusalCode.SignatureRequired or RefusalCode.SignatureInvalid => SigningProfile.SignatureHeader,
        RefusalCode.DigestMismatch or RefusalCode.DigestUnsupported or RefusalCode.DigestMalformed => SigningProfile.ContentDigestHeader,
        _ => SigningProfile.SignatureInputHeader,
    };
}
