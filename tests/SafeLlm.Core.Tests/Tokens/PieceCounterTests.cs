using System.Text;
using CsCheck;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

public sealed class PieceCounterTests
{
    public static TheoryData<string> Names { get; } = ["o200k_base", "cl100k_base"];

    public static MatrixTheoryData<string, string> NamesAndHostileKinds { get; } = new(["o200k_base", "cl100k_base"], Texts.HostileKinds);

    [Theory]
    [MemberData(nameof(NamesAndHostileKinds))]
    public void Count_MarksGoRound_GivesTheSame(string encoding, string kind)
    {
        var piece = Encoding.UTF8.GetBytes(Texts.Hostile(kind, 20_000));
        Assert.Equal(
            new PieceCounter(TokenCounters.Vocabulary(encoding), marksKept: 1 << 17).Count(piece, 0, piece.Length, int.MaxValue),
            new PieceCounter(TokenCounters.Vocabulary(encoding), marksKept: 512).Count(piece, 0, piece.Length, int.MaxValue));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Count_UnbrokenPieceWithFewMarks_GivesTheSame(string encoding)
    {
        Seeded.Sample(Texts.Unbroken.Where(text => text.Length > 0), 1_000, text =>
        {
            var piece = Encoding.UTF8.GetBytes(text);
            Assert.Equal(
                new PieceCounter(TokenCounters.Vocabulary(encoding), marksKept: 1 << 17).Count(piece, 0, piece.Length, int.MaxValue),
                new PieceCounter(TokenCounters.Vocabulary(encoding), marksKept: 512).Count(piece, 0, piece.Length, int.MaxValue));
        });
    }

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void Count_OneCharacterMoreMovesEveryBorder_StepsBackToTheStart(int marksKept)
    {
        // each two characters make a token, the later the earlier in rank: so tokens pair up from the end, and a last odd character moves all of them
        const int Characters = 600;
        var vocabulary = Pairs(Characters);
        foreach (var length in (int[])[2, 3, 10, 11, 400, 401, 599, 600])
        {
            var piece = Enumerable.Range(0, length).SelectMany(Character).ToArray();
            Assert.Equal((length + 1) / 2, new PieceCounter(vocabulary, marksKept).Count(piece, 0, piece.Length, int.MaxValue));
        }
    }

    private static byte[] Character(int number) => [(byte)(0x80 | (number >> 7)), (byte)(number & 0x7F)];

    private static Vocabulary Pairs(int characters)
    {
        var tokens = Enumerable.Range(0, 256).Select(value => new[] { (byte)value })
            .Concat(Enumerable.Range(0, characters).Select(Character))
            .Concat(Enumerable.Range(0, characters - 1).Reverse().Select(number => (byte[])[.. Character(number), .. Character(number + 1)]))
            .ToArray();
        var starts = new int[tokens.Length + 1];
        for (var token = 0; token < tokens.Length; token++)
        {
            starts[token + 1] = starts[token] + tokens[token].Length;
        }

        return new Vocabulary(new VocabularyData([.. tokens.SelectMany(bytes => bytes)], starts));
    }
}
