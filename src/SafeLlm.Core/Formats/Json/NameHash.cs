using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SafeLlm.Formats;

/// <summary>
/// A hash of member names that a sender cannot aim at: a polynomial over the prime 2^61 - 1 at a secret point, so that two
/// given names meet with a chance of their length in 2^61. Names that all meet would make the check for duplicates quadratic.
/// </summary>
internal static class NameHash
{
    private const ulong Prime = (1UL << 61) - 1;
    private const int Step = 7;

    private static readonly ulong Point = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) % (Prime - 2) + 2;

    public static ulong Of(ReadOnlySpan<byte> name)
    {
        var hash = (ulong)name.Length + 1;
        Span<byte> last = stackalloc byte[8];
        while (!name.IsEmpty)
        {
            var take = Math.Min(Step, name.Length);
            last.Clear();
            name[..take].CopyTo(last);
            hash = MultiplyAdd(hash, BinaryPrimitives.ReadUInt64LittleEndian(last));
            name = name[take..];
        }

        // Once more, or names that differ in their last letters would have neighbouring hashes and crowd a table.
        return MultiplyAdd(hash, 0);
    }

    private static ulong MultiplyAdd(ulong hash, ulong word)
    {
        var high = Math.BigMul(hash, Point, out var low);
        var sum = (low & Prime) + ((low >> 61) | (high << 3)) + word;
        sum = (sum & Prime) + (sum >> 61);
        return sum >= Prime ? sum - Prime : sum;
    }
}
