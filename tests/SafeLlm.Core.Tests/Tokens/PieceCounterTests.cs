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
    [MemberData(nameof(Names))]
    public void Count_StepsBackFurtherThanItsMarks_GivesTheSame(string encoding)
    {
        // tokens of spaces are up to 128 bytes long, so few steps back leave 512 places
        var vocabulary = TokenCounters.Vocabulary(encoding);
        foreach (var unit in (string[])[" ", "=", "\t", "-", "*", "_", "#", "/", ".", "\n", " \n", "\r\n", "aA", "!?"])
        {
            foreach (var length in (int[])[600, 1_000, 5_000])
            {
                var piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, length)) + "x");
                Assert.Equal(
                    new PieceCounter(vocabulary, marksKept: 1 << 17).Count(piece, 0, piece.Length, int.MaxValue),
                    new PieceCounter(vocabulary, marksKept: 512).Count(piece, 0, piece.Length, int.MaxValue));
            }
        }
    }
}
