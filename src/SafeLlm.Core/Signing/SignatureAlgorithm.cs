namespace SafeLlm.Signing;

/// <summary>How a key signs. The key record decides it, never a header.</summary>
public enum SignatureAlgorithm
{
    /// <summary>HMAC with SHA-256 over a shared secret of at least 32 random bytes (RFC 9421 §3.3.3).</summary>
    HmacSha256,
}
