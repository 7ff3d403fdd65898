namespace SafeLlm.Signing;

/// <summary>The algorithms' names in the HTTP Signature Algorithms registry (RFC 9421 §6.2.2).</summary>
public static class SignatureAlgorithms
{
    /// <summary>The registered name, as in <c>hmac-sha256</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public static string Name(this SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.HmacSha256 => "hmac-sha256",
        SignatureAlgorithm.EcdsaP256Sha256 => "ecdsa-p256-sha256",
        SignatureAlgorithm.Ed25519 => "ed25519",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "This signature algorithm has no registered name."),
    };

    /// <summary>The algorithm of that name, which is case-sensitive; false where it is none of ours.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out SignatureAlgorithm algorithm)
    {
        SignatureAlgorithm? found = name switch
        {
            "hmac-sha256" => SignatureAlgorithm.HmacSha256,
            "ecdsa-p256-sha256" => SignatureAlgorithm.EcdsaP256Sha256,
            "ed25519" => SignatureAlgorithm.Ed25519,
            _ => null,
        };
        algorithm = found.GetValueOrDefault();
        return found is not null;
    }
}
