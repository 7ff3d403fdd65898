using System.Text;
using CsCheck;
using SafeLlm.Tokens;
using SharpToken;

namespace SafeLlm.Tests.Tokens;

/// <summary>
/// U+FFFD is the one character that Microsoft.ML.Tokenizers 2.0.1 miscounts: it gives three tokens of bytes where tiktoken gives
/// one. SharpToken gives one as well, so it is the witness here.
/// </summary>
public sealed class ReplacementCharacterTests
{
    private static readonly Dictionary<string, (ITokenCounter Counter, GptEncoding Witness)> Encodings = new()
    {
        ["o200k_base"] = (TokenCounters.O200kBase, GptEncoding.GetEncoding("o200k_base")),
        ["cl100k_base"] = (TokenCounters.Cl100kBase, GptEncoding.GetEncoding("cl100k_base")),
    };

    public static TheoryData<string> Names { get; } = new(Encodings.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Count_ReplacementCharacter_IsOneToken(string encoding)
    {
        Assert.Equal(1, Encodings[encoding].Counter.Count("\uFFFD"u8));
        Assert.Equal(1, Encodings[encoding].Witness.CountTokens("\uFFFD"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Count_TextWithReplacementCharacters_EqualsWitness(string encoding)
    {
        var (counter, witness) = Encodings[encoding];
        var text = Gen.Select(Texts.Any, Gen.Int[0, 60].Array[1, 4], Gen.Int[1, 20], (text, places, times) =>
        {
            var mixed = new StringBuilder(text);
            foreach (var place in places)
            {
                var at = Math.Min(place, mixed.Length);
                at -= at > 0 && at < mixed.Length && char.IsLowSurrogate(mixed[at]) ? 1 : 0;
                mixed.Insert(at, new string('\uFFFD', times));
            }

            return mixed.ToString();
        });
        Seeded.Sample(text.Where(mixed => !mixed.Contains("<|", StringComparison.Ordinal)), 2_000, mixed =>
        {
            var expected = witness.CountTokens(mixed);
            var actual = counter.Count(Encoding.UTF8.GetBytes(mixed));
            Assert.True(expected == actual, $"{actual} tokens instead of {expected} in {Texts.Show(mixed)}");
        });
    }
}
