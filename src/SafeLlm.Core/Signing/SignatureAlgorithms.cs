namespace SafeLlm.Signing;

/// <summary>The algorithms' names in the HTTP Signature Algorithms registry (RFC 9421 §6.2.2).</summary>
internal static class SignatureAlgorithms
{
    public static string Name(this SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.HmacSha256 => "hmac-sha256",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "This signature algorithm has no registered name."),
    };
}
