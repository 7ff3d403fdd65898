using SafeLlm.Signing;

namespace SafeLlm.Cli.Signatures;

/// <summary>The algorithms that the tool knows: all there are.</summary>
internal static class CliKeys
{
    public static KeyAlgorithms Algorithms { get; } = [Ed25519.Algorithm];

    /// <exception cref="ArgumentException">There is no such algorithm.</exception>
    public static KeyMaterial Generate(string algorithm) => SignatureAlgorithms.TryParse(algorithm, out var known)
        ? Algorithms.Get(known).Generate()
        : throw new ArgumentException($"\"{algorithm}\" is no algorithm that signs here: hmac-sha256, ecdsa-p256-sha256 or ed25519.", nameof(algorithm));
}
