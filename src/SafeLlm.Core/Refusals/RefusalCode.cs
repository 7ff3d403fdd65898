namespace SafeLlm;

/// <summary>
/// Why a call was not let through. One closed list for client and server; <see cref="RefusalCodes"/> gives each its
/// public name and its HTTP status.
/// </summary>
public enum RefusalCode
{
    /// <summary>No reason was set. Never sent.</summary>
    None = 0,

    /// <summary>The request is not signed, or carries only one of the two signature headers.</summary>
    SignatureRequired,

    /// <summary>A signature header cannot be read, or names something that is not there.</summary>
    SignatureMalformed,

    /// <summary>The signature does not cover what it must, or its parameters break the profile.</summary>
    SignatureCoverage,

    /// <summary>The signature is too old or past its own expiry.</summary>
    SignatureExpired,

    /// <summary>The signature's creation lies in the future.</summary>
    SignatureNotYetValid,

    /// <summary>The signature does not verify. One answer, whether the key exists or not.</summary>
    SignatureInvalid,

    /// <summary>The signature was good, the key that made it has expired.</summary>
    KeyExpired,

    /// <summary>The signature was good, the key that made it was revoked.</summary>
    KeyRevoked,

    /// <summary>The nonce was used before.</summary>
    SignatureReplayed,

    /// <summary>The content is not what was signed.</summary>
    DigestMismatch,

    /// <summary>The Content-Digest names no algorithm of ours (sha-256, sha-512).</summary>
    DigestUnsupported,

    /// <summary>The Content-Digest cannot be read.</summary>
    DigestMalformed,

    /// <summary>The content is no JSON document that can be read.</summary>
    JsonInvalid,

    /// <summary>A JSON object has the same member twice, or a known one in another case.</summary>
    JsonDuplicateKey,

    /// <summary>The JSON is nested deeper than allowed.</summary>
    JsonDepth,

    /// <summary>A member that decides money has a value of the wrong kind or range.</summary>
    MemberInvalid,

    /// <summary>The content is larger than allowed.</summary>
    BodyTooLarge,

    /// <summary>The content has a type, charset or encoding that the endpoint does not take.</summary>
    UnsupportedContent,

    /// <summary>The headers are larger than allowed.</summary>
    HeadersTooLarge,

    /// <summary>The request is meant for another host.</summary>
    WrongAuthority,

    /// <summary>The route belongs to no wire format that is known.</summary>
    UnknownRoute,

    /// <summary>The model has no price in the catalog.</summary>
    UnknownModel,

    /// <summary>The tier does not include the model.</summary>
    ModelNotAllowed,

    /// <summary>The key's scopes do not include the endpoint.</summary>
    EndpointNotAllowed,

    /// <summary>The request uses something of the provider's account that its tier does not include: storage, background, a hosted tool, a raised service tier.</summary>
    AccountUseNotAllowed,

    /// <summary>The request names something that the provider keeps and that was not issued to this caller. One answer, whether it exists or not.</summary>
    NotIssued,

    /// <summary>The request has no output bound, and none may be inserted.</summary>
    OutputUnbounded,

    /// <summary>The prompt policy refused the prompt.</summary>
    PromptRejected,

    /// <summary>The endpoint is no known provider, and there is no key to sign with.</summary>
    Unsigned,

    /// <summary>Somebody else has signed the request already, so it cannot be given a bound.</summary>
    SignedByOthers,

    /// <summary>A limit on requests or concurrent calls is used up.</summary>
    RateLimited,

    /// <summary>A limit on tokens or dollars is used up.</summary>
    BudgetExceeded,

    /// <summary>The store of limits or nonces cannot be reached.</summary>
    StoreUnavailable,

    /// <summary>The nonce store is full for this key.</summary>
    ReplayCapacity,

    /// <summary>The request was signed before the verifier started, and the nonces of that time are gone.</summary>
    RestartWindow,

    /// <summary>The request uses a tool that runs at the provider at a price that is not known, and dollars are limited.</summary>
    ToolUnpriced,

    /// <summary>The request uses a tool that costs money with each use, as often as it finds good, and dollars are limited.</summary>
    ToolUnbounded,
}
