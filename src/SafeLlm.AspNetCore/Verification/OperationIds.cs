using System.Security.Cryptography;
using System.Text;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Names attempts for the ledger.</summary>
/// <param name="random">Fills a span with random bytes.</param>
internal sealed class OperationIds(Action<byte[]> random)
{
    private const int Length = 16;

    /// <summary>The same nonce of the same key is the same operation, on every node.</summary>
    public static string Of(in NonceClaim nonce)
    {
        var text = $"{nonce.KeyId}\0{nonce.Nonce}";
        Span<byte> bytes = stackalloc byte[text.Length * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        return "v" + Convert.ToHexStringLower(hash[..Length]);
    }

    /// <summary>A new one, for a call that has no nonce.</summary>
    public string Next()
    {
        var bytes = new byte[Length];
        random(bytes);
        return "u" + Convert.ToHexStringLower(bytes);
    }
}
