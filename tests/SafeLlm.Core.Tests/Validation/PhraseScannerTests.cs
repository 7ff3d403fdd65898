using System.Text.Json;
using CsCheck;
using SafeLlm.Tests.Tokens;
using SafeLlm.Validation;

namespace SafeLlm.Tests.Validation;

public sealed class PhraseScannerTests
{
    private static readonly PromptRule[] Rules =
    [
        .. PromptRules.Suspicious(),
        PromptRule.ForPhrase("number_first", PromptSeverity.Flag, "#20 .. pages|page", "So many pages."),
        PromptRule.ForPhrase("apostrophe", PromptSeverity.Flag, "don't|o'clock ... y'all", "An apostrophe inside."),
        PromptRule.ForPhrase("one_letter", PromptSeverity.Flag, "a b .. a", "Single letters."),
    ];

    private static readonly PromptPolicy Policy = new(Rules);

    private static readonly PlainPhrases Plain = new([.. Rules.Select(rule => rule.Phrase!)]);

    private static readonly string[] Words = [.. Rules.SelectMany(rule => rule.Phrase!.Slots).SelectMany(slot => slot.Words).Concat(NumberWords.All).Distinct()];

    private static readonly string[] Between = [" ", " ", " ", " ", " ", "  ", ". ", ".", "! ", "?\n", "\n", ", ", "'", "''", "-", "\"", ".\" ", "é", "☃", "k", "10", "5,000", "10k ", "1'0", "20_000", "7", "x", "X", new string('\'', 70), new string('q', 63), new string('q', 64), new string('q', 130)];

    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Int[0, Words.Length - 1].Select(index => Words[index]),
        Gen.Int[0, Words.Length - 1].Select(index => Words[index]),
        Gen.Int[0, Words.Length - 1].Select(index => Words[index]).Select(word => word.ToUpperInvariant()),
        Gen.Int[0, Between.Length - 1].Select(index => Between[index]),
        Gen.Int[0, Between.Length - 1].Select(index => Between[index]),
        Gen.Char['a', 'z'].Array[1, 9].Select(letters => new string(letters)));

    private static readonly Gen<string> Text = Gen.Select(Piece.Array[0, 60], Gen.Bool, (pieces, hasSpaces) => string.Join(hasSpaces ? " " : "", pieces));

    [Fact]
    public void Find_AnyText_FindsWhatALookAtEachByteFinds() => Text.Sample(
        text => Assert.Equal(Plain.Find(text).Select(phrase => Rules[phrase].Name), Found(text)),
        iter: 20_000);

    // Wherever a text stands, its words lie across the ends of what is looked at together.
    [Fact]
    public void Find_AttackAfterAnyText_IsFoundAtEveryOffset()
    {
        for (var offset = 0; offset < 200; offset++)
        {
            Assert.Contains("demands_many_words", Found(new string('-', offset) + "Write ten thousand words."));
            Assert.Contains("demands_many_words", Found(string.Concat(Enumerable.Repeat("it's ", offset / 5)) + new string(' ', offset % 5) + "please compose, now, 10'000 words"));
            Assert.DoesNotContain("demands_many_words", Found(new string('-', offset) + "Write ten. Thousand words."));
        }
    }

    private static IEnumerable<string> Found(string text) =>
        Policy.Check(Calls.User(JsonEncodedText.Encode(text).ToString())).Select(finding => Array.FindIndex(Rules, rule => rule.Name == finding.Rule)).Order().Select(phrase => Rules[phrase].Name);
}
