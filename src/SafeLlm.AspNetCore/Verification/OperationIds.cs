using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Names attempts for the ledger.</summary>
/// <param name="random">Fills a span with random bytes.</param>
internal sealed class OperationIds(Action<byte[]> random)
{
    private const int Length = 16;

    /// <summary>The same nonce of the same key is the same operation, on every node. Neither has a slash in it, so no two are one.</summary>
    public static string Of(in NonceClaim nonce) => $"v/{nonce.KeyId}/{nonce.Nonce}";

    /// <summary>A new one, for a call that has no nonce.</summary>
    public string Next()
    {
        var bytes = new byte[Length];
        random(bytes);
        return "u" + Convert.ToHexStringLower(bytes);
    }
}
