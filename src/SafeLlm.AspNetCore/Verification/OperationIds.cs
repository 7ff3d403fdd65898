namespace SafeLlm.AspNetCore;

/// <summary>Names attempts for the ledger.</summary>
/// <param name="random">Fills a span with random bytes.</param>
internal sealed class OperationIds(Action<byte[]> random)
{
    private const int Length = 16;

    /// <summary>
    /// A new one, for each arrival: a copy of a signed request is another attempt, whose hold may be given up without touching that of the
    /// first. That they are copies, the nonce tells, which is claimed in the same operation.
    /// </summary>
    public string Next()
    {
        var bytes = new byte[Length];
        random(bytes);
        return "u" + Convert.ToHexStringLower(bytes);
    }
}
