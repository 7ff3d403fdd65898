using SafeLlm.Signing;

namespace SafeLlm.Benchmarks.Verifier;

/// <summary>The one secret of both sides.</summary>
internal static class BenchKeys
{
    public static byte[] Secret { get; } = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    public static SigningKey Key { get; } = SigningKey.Hmac("bench", Secret);
}
