namespace SafeLlm.Signing;

/// <summary>By which rules a key signs. A key signs by one of them only.</summary>
public enum SignatureProfile
{
    /// <summary>RFC 9421 with RFC 9530, as SafeLlm narrows them: <c>safellm-v1</c>.</summary>
    SafeLlmV1 = 0,

    /// <summary>
    /// The compatibility profile <c>seed-v0</c>: X-API-Key, X-Timestamp and X-Signature over the content as CPython would print it. It
    /// protects neither method nor path nor query, so that each key is bound to endpoints.
    /// </summary>
    SeedV0,
}
