namespace SafeLlm.Signing;

/// <summary>Keys for <c>ed25519</c> (RFC 9421 §3.3.6).</summary>
public static class Ed25519
{
    private static readonly Ed25519Algorithm Keys = new();

    /// <summary>The algorithm, to be added to <see cref="KeyAlgorithms"/> wherever keys are read.</summary>
    public static KeyAlgorithm Algorithm => Keys;

    /// <summary>Makes a new random key pair.</summary>
    /// <param name="keyId">1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>.</param>
    /// <exception cref="ArgumentException">The name breaks its rule.</exception>
    public static SigningKey Generate(string keyId) => SigningKey.Create(keyId, Keys.Generate());

    /// <summary>A key pair or its public half.</summary>
    /// <param name="keyId">1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>.</param>
    /// <param name="pem">PRIVATE KEY (PKCS#8) or PUBLIC KEY, not encrypted.</param>
    /// <exception cref="ArgumentException">The name or the key breaks the rule it states.</exception>
    public static SigningKey FromPem(string keyId, string pem) => SigningKey.Create(keyId, Keys.Read(pem));
}
