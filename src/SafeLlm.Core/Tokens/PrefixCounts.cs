namespace SafeLlm.Tokens;

/// <summary>
/// Tells how few tokens a piece can have of which only the beginning was counted, so that a count can stop. Wherever one looks
/// in a piece, one of its tokens ends among the last 128 bytes, and up to there its tokens are those of that prefix taken alone:
/// so the fewest tokens of the prefixes that end there are the fewest that the piece can have, whatever follows. Not thread-safe.
/// </summary>
internal sealed class PrefixCounts(Vocabulary vocabulary)
{
    /// <summary>How far back prefixes are counted; so many tokens more than wanted make sure that enough remain.</summary>
    public const int Reach = VocabularyData.LongestToken;

    // the tokens that end in the last 128 bytes start at most 128 bytes before
    private const int Window = 2 * Reach;
    private const int Unknown = -1;

    private readonly int[] last = new int[Window + 1];
    private readonly int[] counts = new int[Window + 1];

    /// <summary>The fewest tokens that the whole piece can have; 0 where that cannot be told from here.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="marks">The marks of the prefix counted so far, going round.</param>
    /// <param name="position">Where that prefix ends, at least 256 bytes into the piece.</param>
    /// <param name="count">How many tokens it has.</param>
    public int Fewest(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> marks, int position, int count)
    {
        var start = position - Window;
        if (start <= 0)
        {
            return 0;
        }

        Known(piece, marks, position, count, start);
        Further(piece, start);
        var fewest = int.MaxValue;
        for (var at = Window - Reach + 1; at <= Window; at++)
        {
            if (last[at] == Unknown)
            {
                return 0;
            }

            var rest = piece.Length - (start + at);
            fewest = Math.Min(fewest, counts[at] + ((rest + Reach - 1) / Reach));
        }

        return fewest;
    }

    /// <summary>What the count has found: each of its tokens is the last one of the prefix that ends with it.</summary>
    private void Known(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> marks, int position, int count, int start)
    {
        Array.Fill(last, Unknown);
        while (position >= start)
        {
            var before = position - PieceMark.LengthOf(marks[position & (marks.Length - 1)]);
            last[position - start] = vocabulary.Trie.Find(piece[before..position]);
            counts[position - start] = count--;
            position = before;
        }
    }

    /// <summary>Each prefix has one sequence of tokens: that of a shorter prefix, and a token that can stand behind its last one.</summary>
    private void Further(ReadOnlySpan<byte> piece, int start)
    {
        for (var from = 0; from < Window; from++)
        {
            if (last[from] == Unknown)
            {
                continue;
            }

            for (var token = vocabulary.Trie.Longest(piece[(start + from)..]); token >= 0; token = vocabulary.Trie.Entry(token).ShorterPrefix)
            {
                var to = from + vocabulary.LengthOf(token);
                if (to <= Window && last[to] == Unknown && vocabulary.CanBeNeighbours(last[from], token))
                {
                    last[to] = token;
                    counts[to] = counts[from] + 1;
                }
            }
        }
    }
}
