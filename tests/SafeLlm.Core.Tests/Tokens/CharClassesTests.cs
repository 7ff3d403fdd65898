using System.Text;
using System.Text.RegularExpressions;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

/// <summary>The classes are those of .NET's regular expressions, which is what the reference splits with.</summary>
public sealed partial class CharClassesTests
{
    [Fact]
    public void At_EveryCodePoint_IsTheClassOfTheRegularExpressions()
    {
        for (var value = 0; value < 0x110000; value++)
        {
            if (!Rune.IsValid(value))
            {
                continue;
            }

            var text = new Rune(value).ToString();
            var utf8 = Encoding.UTF8.GetBytes(text);
            var actual = CharClasses.At(utf8, 0, out var length);
            Assert.True(length == utf8.Length, $"U+{value:X4} has {utf8.Length} bytes, not {length}.");
            var expected = Upper().IsMatch(text) ? CharClass.Upper
                : Lower().IsMatch(text) ? CharClass.Lower
                : Uncased().IsMatch(text) ? CharClass.Uncased
                : Mark().IsMatch(text) ? CharClass.Mark
                : Number().IsMatch(text) ? CharClass.Number
                : text is "\r" or "\n" ? CharClass.LineBreak
                : Space().IsMatch(text) ? CharClass.Space
                : CharClass.Other;
            Assert.True(expected == actual, $"U+{value:X4} is {expected}, not {actual}.");
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x80 }, 1)]
    [InlineData(new byte[] { 0xC3 }, 1)]
    [InlineData(new byte[] { 0xC3, 0x28 }, 1)]
    [InlineData(new byte[] { 0xE4, 0xB8 }, 1)]
    [InlineData(new byte[] { 0xE4, 0xB8, 0x28 }, 1)]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98 }, 1)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, 1)]
    public void At_InvalidBytes_TakesOneAndStaysWithin(byte[] bytes, int expected)
    {
        Assert.Equal(CharClass.Other, CharClasses.At(bytes, 0, out var length));
        Assert.Equal(expected, length);
    }

    [GeneratedRegex(@"\A[\p{Lu}\p{Lt}]\z")]
    private static partial Regex Upper();

    [GeneratedRegex(@"\A\p{Ll}\z")]
    private static partial Regex Lower();

    [GeneratedRegex(@"\A[\p{Lm}\p{Lo}]\z")]
    private static partial Regex Uncased();

    [GeneratedRegex(@"\A\p{M}\z")]
    private static partial Regex Mark();

    [GeneratedRegex(@"\A\p{N}\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"\A\s\z")]
    private static partial Regex Space();
}
