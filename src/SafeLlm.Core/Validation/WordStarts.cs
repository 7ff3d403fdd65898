using System.Runtime.Intrinsics;

namespace SafeLlm.Validation;

/// <summary>
/// How the words of a list begin: tells at many places of a text at once whether one of them may begin there, by three letters. It says so of a
/// few words that are none, and never misses one.
/// </summary>
internal sealed class WordStarts
{
    /// <summary>How many letters are looked at.</summary>
    public const int Length = 3;

    private const byte Mask = 31;
    private const int Groups = 8;

    // By a letter, of either case: the groups that words are in which have it at this place.
    private readonly byte[][] groups = [new byte[Mask + 1], new byte[Mask + 1], new byte[Mask + 1]];

    public void Add(ReadOnlySpan<byte> word)
    {
        var group = (byte)(1 << (word[0] % Groups));
        for (var place = 0; place < Length; place++)
        {
            if (place < word.Length)
            {
                groups[place][word[place] & Mask] |= group;
                continue;
            }

            // Behind a short word stands anything.
            foreach (ref var any in groups[place].AsSpan()) any |= group;
        }
    }

    /// <summary>What the letters of either case have in common.</summary>
    public static Vector256<byte> Letters(Vector256<byte> bytes) => bytes & Vector256.Create(Mask);

    /// <summary>A bit for each place at which a word may begin.</summary>
    /// <param name="first">The letters at the places.</param>
    /// <param name="second">Those behind them.</param>
    /// <param name="third">And behind these.</param>
    public uint Find(Vector256<byte> first, Vector256<byte> second, Vector256<byte> third)
    {
        var found = Vector256.Shuffle(Vector256.Create(groups[0]), first) & Vector256.Shuffle(Vector256.Create(groups[1]), second) & Vector256.Shuffle(Vector256.Create(groups[2]), third);
        return ~Vector256.Equals(found, Vector256<byte>.Zero).ExtractMostSignificantBits();
    }
}
