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

    // millions in the long run: CsCheck_Iter=5000000
    private static long Iterations => long.TryParse(Environment.GetEnvironmentVariable("CsCheck_Iter"), out var iterations) ? iterations : 20_000;

    public static TheoryData<string> Names { get; } = ["o200k_base", "cl100k_base"];

    public static MatrixTheoryData<string, string> NamesAndHostileKinds { get; } = new(Encodings.Keys, Texts.HostileKinds.Where(kind => kind != "lone surrogates"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Count_AnyText_EqualsReference(string encoding)
    {
        var (counter, reference) = Encodings[encoding];
        Texts.Any.Sample(
            text =>
            {
                var expected = reference.CountTokens(text);
                var actual = counter.Count(Encoding.UTF8.GetBytes(text));
                Assert.True(expected == actual, $"{actual} tokens instead of {expected} in {Texts.Show(text)}");
            },
            iter: Iterations);
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
        for (var value = 0; value < 0x110000; value += value < 0x10000 ? 1 : 97)
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
    [InlineData("o200k_base")]
    [InlineData("cl100k_base")]
    public void Count_ReplacementCharacter_IsOneToken(string encoding) =>
        Assert.Equal(1, Encodings[encoding].Counter.Count("\uFFFD"u8));

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
    public void IsOver_AnyText_AgreesWithCount(string encoding)
    {
        var counter = Encodings[encoding].Counter;
        Texts.Any.Select(Gen.Int[-1, 200]).Sample((text, limit) =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Assert.Equal(counter.Count(bytes) > limit, counter.IsOver(bytes, limit));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Vocabulary_EveryToken_IsFoundAndReachable(string encoding)
    {
        var data = encoding == "o200k_base"
            ? VocabularyData.Read(Type.GetType("Microsoft.ML.Tokenizers.O200kBaseTokenizerData, Microsoft.ML.Tokenizers.Data.O200kBase", true)!, "o200k_base.tiktoken.deflate")
            : VocabularyData.Read(Type.GetType("Microsoft.ML.Tokenizers.Cl100kBaseTokenizerData, Microsoft.ML.Tokenizers.Data.Cl100kBase", true)!, "cl100k_base.tiktoken.deflate");
        Assert.Equal(encoding == "o200k_base" ? 199_998 : 100_256, data.Count);
        Assert.Equal(VocabularyData.LongestToken, Enumerable.Range(0, data.Count).Max(data.LengthOf));
        var vocabulary = new Vocabulary(data);
        for (var token = 0; token < data.Count; token++)
        {
            Assert.Equal(token, vocabulary.Trie.Find(data[token]));
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

    [Fact]
    public void Count_AfterWarmUp_AllocatesNothing()
    {
        var texts = Texts.HostileKinds.Select(kind => Encoding.UTF8.GetBytes(Texts.Hostile(kind, 3_000))).ToArray();
        for (var round = 0; round < 3; round++)
        {
            foreach (var text in texts)
            {
                TokenCounters.O200kBase.Count(text);
            }
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var text in texts)
        {
            TokenCounters.O200kBase.Count(text);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
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
