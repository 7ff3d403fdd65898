namespace SafeLlm.Signing;

/// <summary>How a key signs. The key record decides it, never a header. There are no others: <c>rsa-*</c> and the rest are refused.</summary>
public enum SignatureAlgorithm
{
    /// <summary>HMAC with SHA-256 over a shared secret of at least 32 random bytes (RFC 9421 §3.3.3).</summary>
    HmacSha256,

    /// <summary>ECDSA over P-256 with SHA-256, as 64 bytes (RFC 9421 §3.3.4). The server needs the public key only.</summary>
    EcdsaP256Sha256,

    /// <summary>Edwards-curve signatures over Curve25519 (RFC 9421 §3.3.6). In the package SafeLlm.Signing.Ed25519.</summary>
    Ed25519,
}
