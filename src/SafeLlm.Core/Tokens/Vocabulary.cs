using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SafeLlm.Tokens;

/// <summary>
/// A byte-pair vocabulary prepared so that a text's tokens are found from left to right. Merging by rank has one outcome, and
/// it is the only sequence of tokens in which each two neighbours would also come out of merging their own bytes. So it is
/// enough to know, of two tokens, whether they can be neighbours (the idea of github/rust-gems' <c>bpe</c>). Thread-safe.
/// </summary>
internal sealed class Vocabulary
{
    private const int TokenBits = 20;
    private const ulong TokenMask = (1UL << TokenBits) - 1;
    private const int JudgedBits = 13;

    private readonly VocabularyData data;

    // pairs judged before, (left << 20 | right) << 1 | verdict, plus 1: each entry is written and read at once, and a lost one is only judged again
    private readonly ulong[] judged = new ulong[1 << JudgedBits];

    /// <summary>Prepares a vocabulary.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Vocabulary(VocabularyData data)
    {
        this.data = data;
        Trie = new TokenTrie(data);
    }

    /// <summary>The tokens by their bytes.</summary>
    public TokenTrie Trie { get; }

    /// <summary>How many tokens there are.</summary>
    public int Count => data.Count;

    /// <summary>How many bytes a token has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LengthOf(int token) => Trie.Entry(token).Length;

    /// <summary>The bytes of a token.</summary>
    public ReadOnlySpan<byte> BytesOf(int token) => data[token];

    /// <summary>Whether merging the bytes of both tokens leaves just these two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool CanBeNeighbours(int left, int right)
    {
        var pair = ((ulong)left << TokenBits) | (uint)right;
        ref var entry = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(judged), (nint)((pair * 0x9E3779B97F4A7C15) >> (64 - JudgedBits)));
        var known = Volatile.Read(ref entry) - 1;
        if (known >> 1 == pair)
        {
            return (known & 1) != 0;
        }

        var verdict = CanBeNeighbours(left, right, int.MaxValue);
        Volatile.Write(ref entry, ((pair << 1) | (verdict ? 1UL : 0)) + 1);
        return verdict;
    }

    /// <summary>Whether a token is what merging its own bytes leaves: else no text but its own has it.</summary>
    internal bool IsReachable(int token) => LengthOf(token) == 1 || Left(token) != token;

    /// <summary>
    /// Walks back through the merges that made two neighbours, the later first: none across their border may have come earlier.
    /// </summary>
    /// <param name="left">The left token.</param>
    /// <param name="right">The right token.</param>
    /// <param name="earliest">Merges of this rank and later do not count.</param>
    private bool CanBeNeighbours(int left, int right, int earliest)
    {
        while (true)
        {
            var merged = Trie.Merged(left, right);
            if (merged >= 0 && merged < earliest)
            {
                return false;
            }

            if (left > right)
            {
                earliest = left;
                left = Right(left);
                if (left == earliest)
                {
                    earliest = right + 1;
                    right = Left(right);
                    if (right + 1 == earliest)
                    {
                        return true;
                    }
                }
            }
            else
            {
                earliest = right + 1;
                right = Left(right);
                if (right + 1 == earliest)
                {
                    earliest = left;
                    left = Right(left);
                    if (left == earliest)
                    {
                        return true;
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Left(int token) => (int)(Halves(token) >> TokenBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Right(int token) => (int)(Halves(token) & TokenMask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Halves(int token)
    {
        var known = Volatile.Read(ref Trie.Entry(token).Halves);
        return known != 0 ? known - 1 : FindHalves(token);
    }

    /// <summary>
    /// Of all ways to cut a token in two tokens that came before it, the one whose parts can be neighbours until then; left and
    /// right. A single byte is both of its own. Kept as left &lt;&lt; 20 | right, plus 1 so that 0 is not yet known.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong FindHalves(int token)
    {
        var bytes = data[token];
        var found = ((ulong)token << TokenBits) | (uint)token;
        for (var left = Trie.Entry(token).ShorterPrefix; left >= 0; left = Trie.Entry(left).ShorterPrefix)
        {
            var right = left < token ? Trie.Find(bytes[LengthOf(left)..]) : -1;
            if (right >= 0 && right < token && CanBeNeighbours(left, right, token))
            {
                found = ((ulong)left << TokenBits) | (uint)right;
                break;
            }
        }

        Volatile.Write(ref Trie.Entry(token).Halves, found + 1);
        return found;
    }
}
