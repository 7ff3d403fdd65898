using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SafeLlm.Tokens;

/// <summary>
/// Counts the tokens of one piece, which its vocabulary's merges alone decide. It goes from left to right with the longest
/// token that fits behind the last one, and steps back where none does; a place it stepped back from is never tried again,
/// so the work is linear in the piece. Not thread-safe: rented by one count at a time.
/// </summary>
/// <param name="vocabulary">The vocabulary.</param>
/// <param name="marksKept">How many places of a piece are remembered, a power of two from 512: a piece of any length is counted in so much memory.</param>
internal sealed class PieceCounter(Vocabulary vocabulary, int marksKept = 1 << 15)
{
    // from here on a look at the trie costs more than seeing that the same bytes were there before
    private const int LongLook = 16;

    private const int None = -1;
    private const int OutOfReach = -1;

    // a token ends at most so many bytes further, and its end must be clear of marks from the last round
    private const int Ahead = 2 * VocabularyData.LongestToken;
    private const int Recent = 1024;
    private const int Hints = 256;

    // below so many bytes, counting to the end costs no more than finding that it is not needed
    private const int WorthProving = 1024;

    private readonly PieceCache cache = new();
    private readonly PrefixCounts prefixes = new(vocabulary);
    private readonly byte[] marks = new byte[marksKept];

    // the last tokens of the sequence, by their number; what lies further back is found again from the marks
    private readonly int[] recent = new int[Recent];

    // what came behind a token once the longest had led nowhere, to be tried first next time: else a run of one character is explored anew at each token
    private readonly (int Last, int Next)[] hints = new (int, int)[Hints];

    /// <summary>The number of tokens of a piece of a text; the piece is not empty.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the piece starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="limit">Above this many, any number above it will do.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Count(ReadOnlySpan<byte> text, int start, int end, int limit)
    {
        var length = end - start;
        if (length > PieceCache.LongestPiece)
        {
            return Count(text[start..end], limit);
        }

        if (length == 1)
        {
            return 1;
        }

        ref var count = ref cache.Find(text, start, length, out var isHit);
        if (!isHit)
        {
            count = Count(text[start..end], int.MaxValue);
        }

        return count;
    }

    private int Count(ReadOnlySpan<byte> piece, int limit)
    {
        var token = vocabulary.Trie.Longest(piece);
        if (vocabulary.LengthOf(token) == piece.Length)
        {
            return 1;
        }

        marks.AsSpan(0, Math.Min(piece.Length + 1, marks.Length)).Clear();
        var count = Count(piece, token, marks, limit);
        return count != OutOfReach ? count : CountWithAllMarks(piece, token, limit);
    }

    /// <summary>For a piece that made the count step back further than its marks reach, which no text is known to do.</summary>
    private int CountWithAllMarks(ReadOnlySpan<byte> piece, int token, int limit)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)piece.Length + 1);
        var rented = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var all = rented.AsSpan(0, size);
            all.Clear();
            return Count(piece, token, all, limit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <param name="piece">The piece.</param>
    /// <param name="token">The longest token it begins with.</param>
    /// <param name="marks">For each of the last places, going round: the token of the present sequence that ends there, or a dead end, or 0.</param>
    /// <param name="limit">Above this many, any number above it will do.</param>
    private int Count(ReadOnlySpan<byte> piece, int token, Span<byte> marks, int limit)
    {
        var trie = vocabulary.Trie;
        int count = 0, most = 0, position = 0, last = None;
        int seen = 0, seenAt = 0, seenToken = 0;
        bool isHinted = false, hasSteppedBack = false;
        var round = marks.Length - 1;
        int lowest = 0, clearAt = piece.Length < marks.Length ? int.MaxValue : marks.Length - Ahead;
        var proveAt = limit <= int.MaxValue - PrefixCounts.Reach ? limit + PrefixCounts.Reach : int.MaxValue;
        while (true)
        {
            var length = vocabulary.LengthOf(token);
            ref var mark = ref marks[(position + length) & round];
            if (mark != PieceMark.DeadEnd && (last == None || vocabulary.CanBeNeighbours(last, token)))
            {
                mark = PieceMark.Of(length, isHinted);
                if (hasSteppedBack && length <= PieceMark.LongestHinted)
                {
                    hasSteppedBack = false;
                    hints[last & (Hints - 1)] = (last, token);
                }

                recent[count & (Recent - 1)] = token;
                count++;
                most = Math.Max(most, count);
                position += length;
                last = token;
                if (position == piece.Length)
                {
                    return count;
                }

                if (position > clearAt)
                {
                    marks.Slice((clearAt + Ahead) & round, marks.Length / 4).Clear();
                    clearAt += marks.Length / 4;
                    lowest += marks.Length / 4;
                }

                if (count >= proveAt && piece.Length - position > WorthProving)
                {
                    if (prefixes.Fewest(piece, marks, position, count) is var fewest && fewest > limit)
                    {
                        return fewest;
                    }

                    proveAt += count - limit;
                }

                isHinted = hints[last & (Hints - 1)] is var hint && hint.Last == last && piece[position..].StartsWith(vocabulary.BytesOf(hint.Next));
                if (isHinted)
                {
                    token = hint.Next;
                }
                else if (seen < LongLook || position + seen > piece.Length || !piece.Slice(position, seen).SequenceEqual(piece.Slice(seenAt, seen)))
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
            else if (isHinted)
            {
                isHinted = false;
                token = trie.Longest(piece[position..]);
            }
            else if (trie.Entry(token).ShorterPrefix is >= 0 and var next)
            {
                token = next;
            }
            else
            {
                // nothing fits behind the last token: no sequence passes through this place, and a shorter one must be tried there
                ref var here = ref marks[position & round];
                position -= PieceMark.LengthOf(here);
                isHinted = PieceMark.IsHinted(here);
                here = PieceMark.DeadEnd;
                count--;
                if (position < lowest)
                {
                    return OutOfReach;
                }

                token = last;
                last = count == 0 ? None
                    : most - count < Recent ? recent[(count - 1) & (Recent - 1)]
                    : trie.Find(piece[(position - PieceMark.LengthOf(marks[position & round]))..position]);
                hasSteppedBack = true;
            }
        }
    }
}
