using System.Security.Cryptography;

namespace SafeLlm.Pipeline;

/// <summary>Ids for calls: 128 random bits in hexadecimal.</summary>
internal static class CallIds
{
    private const int Length = 16;
    private const int BatchLength = 64 * Length;

    // One call of the system's generator costs as much as a hash. An id is no secret, only nobody's to choose. Nonces are drawn alike in
    // Core, whose means are its own: what both would share is less than a public name for it.
    [ThreadStatic]
    private static byte[]? batch;

    [ThreadStatic]
    private static int used;

    public static string Next()
    {
        if (batch is null || used == BatchLength)
        {
            batch ??= new byte[BatchLength];
            RandomNumberGenerator.Fill(batch);
            used = 0;
        }

        used += Length;
        return Convert.ToHexStringLower(batch, used - Length, Length);
    }
}
