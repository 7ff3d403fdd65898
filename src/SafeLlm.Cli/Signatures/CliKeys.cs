using SafeLlm.Signing;

namespace SafeLlm.Cli.Signatures;

/// <summary>The algorithms that the tool knows: all there are.</summary>
internal static class CliKeys
{
    public static KeyAlgorithms Algorithms { get; } = [Ed25519.Algorithm];
}
