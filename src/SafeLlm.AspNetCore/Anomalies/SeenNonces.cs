using System.Numerics;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Tells requests of a key from copies of them, in constant memory (linear counting): one bit stands for many nonces, so a request may be
/// taken for a copy and a copy never for a request. Changed under its key's lock.
/// </summary>
internal sealed class SeenNonces
{
    // At its tier's rate about one request in ten is taken for a copy.
    private const int BitsARequest = 4;
    private const int FewestBits = 1 << 10;
    private const int MostBits = 1 << 18;
    private const int BitsInWord = 64;

    // For as long a copy can verify at most: 300 seconds, and as much as a clock may be ahead, which for seed-v0 is as long again.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private ulong[] present;
    private ulong[] before;
    private DateTimeOffset start;

    /// <param name="requestsPerHour">What its tier allows: as many are told apart well.</param>
    /// <param name="now">Now.</param>
    public SeenNonces(long requestsPerHour, DateTimeOffset now)
    {
        start = now;
        var bits = Math.Clamp(requestsPerHour * Life.TotalHours * BitsARequest, FewestBits, MostBits);
        var words = (int)(BitOperations.RoundUpToPowerOf2((uint)bits) / BitsInWord);
        (present, before) = (new ulong[words], new ulong[words]);
    }

    /// <summary>Notes a nonce. False where it was seen already, or may have been.</summary>
    public bool Add(string nonce, DateTimeOffset now)
    {
        Turn(now);
        // The hash is another in each process: nobody can choose nonces that fall on one bit.
        var hash = (uint)nonce.GetHashCode(StringComparison.Ordinal);
        var (word, bit) = (hash / BitsInWord % (uint)present.Length, 1UL << (int)(hash % BitsInWord));
        var isNew = ((present[word] | before[word]) & bit) == 0;
        present[word] |= bit;
        return isNew;
    }

    // What was seen stays for as long as a copy of it can verify: until two lives have passed, or one at least.
    private void Turn(DateTimeOffset now)
    {
        var passed = now - start;
        if (passed < Life) return;
        (present, before) = (before, present);
        Array.Clear(present);
        if (passed >= 2 * Life) Array.Clear(before);
        start = now;
    }
}
