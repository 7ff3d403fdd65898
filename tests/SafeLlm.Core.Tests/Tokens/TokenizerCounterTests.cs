using System.Text;
using CsCheck;
using Microsoft.ML.Tokenizers;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

public sealed class TokenizerCounterTests
{
    private static readonly Dictionary<string, Tokenizer> Models = new()
    {
        ["sentencepiece-bpe"] = TokenizerModels.SentencePieceBpe,
        ["sentencepiece-unigram"] = TokenizerModels.SentencePieceUnigram,
        ["wordpiece"] = TokenizerModels.WordPiece,
        ["bert"] = TokenizerModels.Bert,
        ["bpe"] = TokenizerModels.Bpe,
        ["tiktoken"] = TokenizerModels.Tiktoken,
    };

    public static TheoryData<string> Names { get; } = new(Models.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Count_ShortPieces_IsTheTokenizers(string name)
    {
        var counter = new TokenizerCounter(name, Models[name]);
        var text = string.Concat(Enumerable.Repeat("the ab aaab 中文 the, é! ", 100));
        Assert.Equal(Models[name].CountTokens(text), counter.Count(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(Models[name].CountTokens("the ab"), counter.Count("the ab"u8));
        Assert.Equal(name, counter.Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Count_AnyText_IsNeverBelowTheTokenizers(string name)
    {
        var counter = new TokenizerCounter(name, Models[name], longestPiece: 8);
        Texts.Any.Sample(
            text =>
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                Assert.True(counter.Count(bytes) >= Reference(name, text), Texts.Show(text));
            },
            iter: 2_000);
    }

    // What the tokenizer itself refuses (code points that Unicode gives to nobody) has no number to be held to.
    private static int Reference(string name, string text)
    {
        try
        {
            return Models[name].CountTokens(text);
        }
        catch (ArgumentException)
        {
            return 0;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void IsOver_AnyText_AgreesWithCount(string name)
    {
        var counter = new TokenizerCounter(name, Models[name], longestPiece: 8);
        Texts.Any.Select(Gen.Int[-1, 100]).Sample(
            (text, limit) =>
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                Assert.Equal(counter.Count(bytes) > limit, counter.IsOver(bytes, limit));
            },
            iter: 500);
    }

    [Fact]
    public void Count_LongPieceAmongShortOnes_CountsItByItsBytes()
    {
        var counter = new TokenizerCounter("mine", TokenizerModels.Bpe);
        var text = "the ab " + new string('a', 100_000) + " the";
        Assert.Equal(TokenizerModels.Bpe.CountTokens("the ab") + 100_000 + TokenizerModels.Bpe.CountTokens("the") + 2, counter.Count(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Count_UserTokenizer_IsNeverGivenALongPiece(bool isCut)
    {
        var tokenizer = new WatchedTokenizer(isCut ? PreTokenizer.CreateWhiteSpace() : null);
        var counter = new TokenizerCounter("mine", tokenizer, longestPiece: 64);
        var text = new string('a', 64) + " " + new string('b', 65) + " c";
        Assert.InRange(counter.Count(Encoding.UTF8.GetBytes(text)), text.Length - 2, text.Length + 2);
        Assert.True(counter.IsOver(Encoding.UTF8.GetBytes(text), 64));
        Assert.InRange(tokenizer.LongestPiece, 0, 64);
    }

    [Theory]
    [InlineData("sentencepiece-bpe")]
    [InlineData("sentencepiece-unigram")]
    public void Count_LongTextWithoutBreak_IsExactWhereTheTokenizerIsLinear(string name)
    {
        var text = string.Concat(Enumerable.Repeat("aaaabthe中文", 5_000));
        Assert.Equal(Models[name].CountTokens(text), new TokenizerCounter(name, Models[name]).Count(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Create_WithoutNameOrPiece_SaysSo()
    {
        Assert.Throws<ArgumentException>(() => new TokenizerCounter(" ", TokenizerModels.Bpe));
        Assert.Throws<ArgumentNullException>(() => new TokenizerCounter("x", null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenizerCounter("x", TokenizerModels.Bpe, 0));
    }
}
