using System.Text;
using CsCheck;
using Microsoft.ML.Tokenizers;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

public sealed class TokenCounterTests
{
    private static readonly Dictionary<string, (ITokenCounter Counter, Tokenizer Reference)> Encodings = new()
    {
        ["o200k_base"] = (TokenCounters.O200kBase, TiktokenTokenizer.CreateForEncoding("o200k_base")),
        ["cl100k_base"] = (TokenCounters.Cl100kBase, TiktokenTokenizer.CreateForEncoding("cl100k_base")),
    };

    // thousands on CI; millions in the long run, which CONTRIBUTING gives the command for
    private static long Iterations => long.TryParse(Environment.GetEnvironmentVariable("CsCheck_Iter"), out var iterations) ? iterations : 20_000;

    public static TheoryData<string> Names { get; } = ["o200k_base", "cl100k_base"];

    public static MatrixTheoryData<string, string> NamesAndHostileKinds { get; } = new(Encodings.Keys, Texts.HostileKinds.Where(kind => kind != "lone surrogates"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Count_AnyText_EqualsReference(string encoding)
    {
        var (counter, reference) = Encodings[encoding];
        Seeded.Sample(Texts.Any, Iterations, text =>
        {
            var expected = reference.CountTokens(text);
            var actual = counter.Count(Encoding.UTF8.GetBytes(text));
            Assert.True(expected == actual, $"{actual} tokens instead of {expected} in {Texts.Show(text)}");
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Count_UnbrokenText_EqualsReference(string encoding)
    {
        var (counter, reference) = Encodings[encoding];
        Seeded.Sample(Texts.Unbroken, Iterations / 100, text =>
            Assert.True(reference.CountTokens(text) == counter.Count(Encoding.UTF8.GetBytes(text)), Texts.Show(text)));
    }

    [Theory]
    [MemberData(nameof(NamesAndHostileKinds))]
    public void Count_HostileText_EqualsReference(string encoding, string kind)
    {
        var (counter, reference) = Encodings[encoding];
        foreach (var length in (int[])[1, 2, 3, 127, 128, 129, 500, 2_000])
        {
            var text = Texts.Hostile(kind, length);
            if (char.IsHighSurrogate(text[^1]))
            {
                text = text[..^1];
            }

            Assert.Equal(reference.CountTokens(text), counter.Count(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Count_EveryCharacter_EqualsReference(string encoding)
    {
        var (counter, reference) = Encodings[encoding];
        for (var value = 0; value < 0x110000; value++)
        {
            if (!Rune.IsValid(value) || value == 0xFFFD)
            {
                continue;
            }

            var text = $"a'{new Rune(value)}B {new Rune(value)}";
            Assert.True(reference.CountTokens(text) == counter.Count(Encoding.UTF8.GetBytes(text)), $"U+{value:X4}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Count_AnyBytes_LiesWithinByteBounds(string encoding)
    {
        var counter = Encodings[encoding].Counter;
        Gen.Byte.Array[0, 300].Sample(bytes =>
        {
            var count = counter.Count(bytes);
            Assert.InRange(count, (bytes.Length + 127) / 128, bytes.Length);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Vocabulary_EveryToken_IsFoundAndReachable(string encoding)
    {
        var vocabulary = TokenCounters.Vocabulary(encoding);
        Assert.Equal(encoding == "o200k_base" ? 199_998 : 100_256, vocabulary.Count);
        Assert.Equal(VocabularyData.LongestToken, Enumerable.Range(0, vocabulary.Count).Max(vocabulary.LengthOf));
        for (var token = 0; token < vocabulary.Count; token++)
        {
            Assert.Equal(token, vocabulary.Trie.Find(vocabulary.BytesOf(token)));
            Assert.True(vocabulary.IsReachable(token));
        }
    }

    [Fact]
    public void Count_ManyThreads_AgreeWithOne()
    {
        var texts = Texts.Any.Array[200].Single(_ => true, "0N0XIzNsQ0O2").Select(Encoding.UTF8.GetBytes).ToArray();
        var expected = texts.Select(text => TokenCounters.O200kBase.Count(text)).ToArray();
        Parallel.For(0, 2_000, index => Assert.Equal(expected[index % 200], TokenCounters.O200kBase.Count(texts[index % 200])));
    }

    [Theory]
    [InlineData("gpt-4", "cl100k_base")]
    [InlineData("gpt-4-0613", "cl100k_base")]
    [InlineData("openai/gpt-3.5-turbo", "cl100k_base")]
    [InlineData("gpt-35-turbo-16k", "cl100k_base")]
    [InlineData("text-embedding-3-small", "cl100k_base")]
    [InlineData("ft:gpt-3.5-turbo-0613:acme::id", "cl100k_base")]
    [InlineData("gpt-4o", "o200k_base")]
    [InlineData("gpt-4.1-mini", "o200k_base")]
    [InlineData("gpt-4.5-preview", "o200k_base")]
    [InlineData("o3-mini", "o200k_base")]
    [InlineData("never-heard-of-it", "o200k_base")]
    [InlineData(null, "o200k_base")]
    public void For_Model_GivesItsEncoding(string? model, string encoding) => Assert.Equal(encoding, TokenCounters.For(model).Name);
}
