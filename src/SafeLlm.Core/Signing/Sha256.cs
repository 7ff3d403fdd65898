using System.Security.Cryptography;

namespace SafeLlm.Signing;

/// <summary>SHA-256 with a hash object that each thread keeps: making one costs as much as hashing a header.</summary>
internal static class Sha256
{
    [ThreadStatic]
    private static IncrementalHash? spare;

    /// <summary>Hashes data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="hash">Where the 32 bytes go.</param>
    /// <returns>How many there are.</returns>
    public static int Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        var mine = spare ?? IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Where hashing throws, an object with half of the data in it must not serve the next.
        spare = null;
        mine.AppendData(data);
        var length = mine.GetHashAndReset(hash);
        spare = mine;
        return length;
    }
}
