namespace SafeLlm.Signing;

/// <summary>
/// Why a request was not verified, as precisely as only the operator may know it. The public answer is
/// <see cref="VerificationResult.Refusal"/>'s code, which folds several of these into one.
/// </summary>
public enum SignatureReason
{
    /// <summary>Not verified: nothing was checked. The default, so that a forgotten assignment fails closed.</summary>
    NotVerified = 0,

    /// <summary>Verified.</summary>
    None,

    /// <summary>One or both signature headers are absent.</summary>
    SignatureMissing,

    /// <summary>A header or a component identifier cannot be read.</summary>
    SignatureMalformed,

    /// <summary>A label stands twice, or two signatures carry our tag.</summary>
    SignatureAmbiguous,

    /// <summary>No signature carries our tag.</summary>
    Tag,

    /// <summary>A required component is not covered.</summary>
    Coverage,

    /// <summary>A covered component is not in the request.</summary>
    ComponentMissing,

    /// <summary>A signature parameter is missing, of the wrong type or unknown.</summary>
    Params,

    /// <summary>The nonce breaks its syntax.</summary>
    Nonce,

    /// <summary>The signature lives too long, or ends before it starts.</summary>
    Lifetime,

    /// <summary>Created too long ago, or expired.</summary>
    Stale,

    /// <summary>Created in the future.</summary>
    Future,

    /// <summary>The key is not known.</summary>
    KeyUnknown,

    /// <summary>The algorithm named is not the key's.</summary>
    AlgMismatch,

    /// <summary>The signature is not the one that the key makes.</summary>
    SignatureInvalid,

    /// <summary>Good, by a key that is past its end or not yet valid.</summary>
    KeyExpired,

    /// <summary>Good, by a revoked key.</summary>
    KeyRevoked,

    /// <summary>The content is not what was signed.</summary>
    DigestMismatch,

    /// <summary>No digest algorithm of ours.</summary>
    DigestUnsupported,

    /// <summary>The digest cannot be read.</summary>
    DigestMalformed,

    /// <summary>The nonce was used before.</summary>
    Replay,

    /// <summary>seed-v0: X-Timestamp is not ten digits.</summary>
    TimestampMalformed,

    /// <summary>seed-v0: the content is no JSON that two readers would read alike, so that it cannot be verified.</summary>
    JsonInvalid,

    /// <summary>seed-v0: a member stands twice in the content.</summary>
    JsonDuplicateKey,

    /// <summary>seed-v0: the content is nested too deep.</summary>
    JsonDepth,
}
