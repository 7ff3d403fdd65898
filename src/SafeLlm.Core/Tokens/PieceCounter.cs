using System.Buffers;
using System.Runtime.CompilerServices;

namespace SafeLlm.Tokens;

/// <summary>
/// Counts the tokens of one piece, which its vocabulary's merges alone decide. It goes from left to right with the longest
/// token that fits behind the last one, and steps back where none does; a place it stepped back from is never tried again,
/// so the work is linear in the piece. Not thread-safe: rented by one count at a time.
/// </summary>
internal sealed class PieceCounter(Vocabulary vocabulary)
{
    private const int OrdinaryPiece = 1024;

    // from here on a look at the trie costs more than seeing that the same bytes were there before
    private const int LongLook = 16;

    private readonly PieceCache cache = new();
    private readonly int[] ordinaryTokens = new int[OrdinaryPiece];
    private readonly ulong[] ordinaryDeadEnds = new ulong[(OrdinaryPiece / 64) + 1];

    /// <summary>The number of tokens of a piece of a text; the piece is not empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Count(ReadOnlySpan<byte> text, int start, int end)
    {
        var length = end - start;
        if (length > PieceCache.LongestPiece)
        {
            return Count(text[start..end]);
        }

        if (length == 1)
        {
            return 1;
        }

        ref var count = ref cache.Find(text, start, length, out var isHit);
        if (!isHit)
        {
            count = Count(text[start..end]);
        }

        return count;
    }

    private int Count(ReadOnlySpan<byte> piece)
    {
        var token = vocabulary.Trie.Longest(piece);
        if (vocabulary.LengthOf(token) == piece.Length)
        {
            return 1;
        }

        var words = (piece.Length / 64) + 1;
        if (piece.Length <= OrdinaryPiece)
        {
            ordinaryDeadEnds.AsSpan(0, words).Clear();
            return Count(piece, token, ordinaryTokens, ordinaryDeadEnds);
        }

        var tokens = ArrayPool<int>.Shared.Rent(piece.Length);
        var deadEnds = ArrayPool<ulong>.Shared.Rent(words);
        deadEnds.AsSpan(0, words).Clear();
        try
        {
            return Count(piece, token, tokens, deadEnds);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(tokens);
            ArrayPool<ulong>.Shared.Return(deadEnds);
        }
    }

    private int Count(ReadOnlySpan<byte> piece, int token, Span<int> tokens, Span<ulong> deadEnds)
    {
        var trie = vocabulary.Trie;
        var count = 0;
        var position = 0;
        int seen = 0, seenAt = 0, seenToken = 0;
        while (true)
        {
            var end = position + vocabulary.LengthOf(token);
            if ((deadEnds[end >> 6] >> (end & 63) & 1) == 0 && (count == 0 || vocabulary.CanBeNeighbours(tokens[count - 1], token)))
            {
                tokens[count++] = token;
                position = end;
                if (position == piece.Length)
                {
                    return count;
                }

                if (seen < LongLook || position + seen > piece.Length || !piece.Slice(position, seen).SequenceEqual(piece.Slice(seenAt, seen)))
                {
                    token = trie.Longest(piece[position..], out seen);
                    seenAt = position;
                    seenToken = token;
                    if (seen > piece.Length - position)
                    {
                        // the end decided it as well
                        seen = 0;
                    }
                }
                else
                {
                    token = seenToken;
                }
            }
            else if (trie.ShorterPrefix(token) is >= 0 and var next)
            {
                token = next;
            }
            else
            {
                // nothing fits behind the last token: no sequence passes through this place, and a shorter one must be tried there
                deadEnds[position >> 6] |= 1UL << (position & 63);
                token = tokens[--count];
                position -= vocabulary.LengthOf(token);
            }
        }
    }
}
