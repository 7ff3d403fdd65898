using System.Runtime.Intrinsics;

namespace SafeLlm.Validation;

/// <summary>
/// How the words of a list begin: tells at many places of a text at once whether one of them may begin there, by two letters. It says so of a
/// few words that are none, and never misses one.
/// </summary>
internal sealed class WordStarts
{
    private const int Letters = 32;
    private const int Groups = 8;

    // Letters of either case have the same five bits. By them: the groups that words with such a first, and such a second letter are in.
    private readonly byte[] first = new byte[Letters];
    private readonly byte[] second = new byte[Letters];

    public void Add(ReadOnlySpan<byte> word)
    {
        var letter = word[0] & (Letters - 1);
        var group = (byte)(1 << (letter % Groups));
        first[letter] |= group;
        if (word.Length > 1)
        {
            second[word[1] & (Letters - 1)] |= group;
            return;
        }

        // Behind a word of one letter stands anything.
        foreach (ref var groups in second.AsSpan()) groups |= group;
    }

    /// <summary>A bit for each place at which a word may begin.</summary>
    /// <param name="bytes">What stands there.</param>
    /// <param name="next">What stands one place further on.</param>
    public uint Find(Vector256<byte> bytes, Vector256<byte> next)
    {
        var letter = Vector256.Create((byte)(Letters - 1));
        var groups = Vector256.Shuffle(Vector256.Create(first, 0), bytes & letter) & Vector256.Shuffle(Vector256.Create(second, 0), next & letter);
        return ~Vector256.Equals(groups, Vector256<byte>.Zero).ExtractMostSignificantBits();
    }
}
