using System.Text;
using CsCheck;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

/// <summary>Whether a text is over a limit, which is answered without counting all of it.</summary>
public sealed class TokenLimitTests
{
    private static readonly Dictionary<string, ITokenCounter> Counters = new() { ["o200k_base"] = TokenCounters.O200kBase, ["cl100k_base"] = TokenCounters.Cl100kBase };

    public static TheoryData<string> Names { get; } = new(Counters.Keys);

    public static MatrixTheoryData<string, string> NamesAndHostileKinds { get; } = new(Counters.Keys, Texts.HostileKinds);

    [Theory]
    [MemberData(nameof(Names))]
    public void IsOver_AnyText_AgreesWithCount(string encoding) =>
        Texts.Any.Select(Gen.Int[-1, 200]).Sample((text, limit) => Agree(Counters[encoding], text, limit));

    [Theory]
    [MemberData(nameof(Names))]
    public void IsOver_UnbrokenText_AgreesWithCount(string encoding) =>
        Seeded.Sample(Texts.Unbroken.Select(Gen.Double[0, 1.5]), 2_000, sample =>
        {
            var (text, share) = sample;
            var count = Counters[encoding].Count(Encoding.UTF8.GetBytes(text));
            Agree(Counters[encoding], text, (int)(count * share));
            Agree(Counters[encoding], text, count - 1);
            Agree(Counters[encoding], text, count);
        });

    [Theory]
    [MemberData(nameof(NamesAndHostileKinds))]
    public void IsOver_HostileText_AgreesWithCount(string encoding, string kind)
    {
        var text = Texts.Hostile(kind, 20_000);
        var count = Counters[encoding].Count(Encoding.UTF8.GetBytes(text));
        foreach (var limit in (int[])[0, 1, 100, 1_000, count / 3, count / 2, count - 129, count - 1, count, count + 1])
        {
            Agree(Counters[encoding], text, limit);
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndHostileKinds))]
    public void Fewest_HostilePiece_IsReachedAndNeverPassed(string encoding, string kind)
    {
        // the count of a prefix, as the counter has it when it asks: all its tokens and where they end
        var piece = Encoding.UTF8.GetBytes(Texts.Hostile(kind, 1_000));
        var vocabulary = TokenCounters.Vocabulary(encoding);
        var prefix = piece.AsSpan(0, 600);
        var marks = new byte[4096];
        var count = Sequence(vocabulary, prefix, marks);
        var fewest = new PrefixCounts(vocabulary).Fewest(piece, marks, prefix.Length, count);
        Assert.InRange(fewest, 1, Sequence(vocabulary, piece, new byte[4096]));
        Assert.InRange(fewest, count - 128 + ((piece.Length - prefix.Length) / 128), int.MaxValue);
    }

    private static void Agree(ITokenCounter counter, string text, int limit)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var count = counter.Count(bytes);
        Assert.True((count > limit) == counter.IsOver(bytes, limit), $"{count} tokens, limit {limit}: {Texts.Show(text)}");
    }

    /// <summary>The tokens of a piece by merging, the earliest rank first, as an encoding defines them: slow and plain.</summary>
    private static int Sequence(Vocabulary vocabulary, ReadOnlySpan<byte> piece, byte[] marks)
    {
        var starts = Enumerable.Range(0, piece.Length + 1).ToList();
        while (true)
        {
            var (best, at) = (int.MaxValue, -1);
            for (var index = 0; index + 2 < starts.Count; index++)
            {
                var length = starts[index + 2] - starts[index];
                var token = length <= VocabularyData.LongestToken ? vocabulary.Trie.Find(piece.Slice(starts[index], length)) : -1;
                if (token >= 0 && token < best)
                {
                    (best, at) = (token, index);
                }
            }

            if (at < 0)
            {
                break;
            }

            starts.RemoveAt(at + 1);
        }

        for (var index = 1; index < starts.Count; index++)
        {
            marks[starts[index]] = PieceMark.Of(starts[index] - starts[index - 1], isHinted: false);
        }

        return starts.Count - 1;
    }
}
