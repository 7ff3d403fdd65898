using System.Security.Cryptography;

namespace SafeLlm.Signing;

/// <summary>Random bytes for nonces.</summary>
internal static class NonceBytes
{
    private const int Length = 16;
    private const int BatchLength = 64 * Length;

    // One call of the system's generator costs as much as a hash. A nonce is public as soon as it is used, so that taking
    // some ahead gives nothing away.
    [ThreadStatic]
    private static byte[]? batch;

    [ThreadStatic]
    private static int used;

    /// <summary>Appends 16 random bytes in base64url: 22 characters.</summary>
    public static void Append(ref AsciiBuffer to, Action<Memory<byte>>? source)
    {
        if (source is not null)
        {
            var bytes = new byte[Length];
            source(bytes);
            to.AppendBase64Url(bytes);
            return;
        }

        if (batch is null || used == BatchLength)
        {
            batch ??= new byte[BatchLength];
            RandomNumberGenerator.Fill(batch);
            used = 0;
        }

        to.AppendBase64Url(batch.AsSpan(used, Length));
        used += Length;
    }
}
