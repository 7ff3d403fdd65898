using System.Globalization;
using System.Text;
using CsCheck;

namespace SafeLlm.Tests.Tokens;

/// <summary>Texts to count: generated over every Unicode category and script, and the hostile kinds.</summary>
internal static class Texts
{
    private static readonly Rune[][] ByCategory = Enumerable.Range(0, 0x110000)
        .Where(value => Rune.IsValid(value) && value != 0xFFFD)
        .Select(value => new Rune(value))
        .GroupBy(Rune.GetUnicodeCategory)
        .OrderBy(group => group.Key)
        .Select(group => group.ToArray())
        .ToArray();

    private static readonly string[] Snippets =
    [
        " the", "Hello", "'s", "'S", "'RE", "'ll", "'LL", "'Ve", "'D", "'\u017F", "\u017F", "n't", "\r\n", "\n", "\n\n", "  ", "   ", "\t", "\u00A0", "\u3000", "\u2028",
        "/", "//", "/\n", "!", "!!", " !", " {\"", "\":", "12", "3", "456", "ǅ", "ʰ", "中", "文字", "한국", "あ", "ア", "العربية", "עברית", "हिन्दी", "ไทย", "é", "e\u0301",
        "\u0301", "\u0301\u0301A", "A\u0301B", "中A", "aB", "Ab", "AB", "ABc", "😀", "👨‍👩‍👧", "🇩🇪", "𐍈", "𠀀", "𝐀", "½", "Ⅷ", "\0", "\u0007", "\u200B", "\uFEFF", "\uE000",
        "'", "''", "-", "--", "===", "http://", "\\n", "<|", "|>", "tion", "ing", "XMLHttpRequest", "camelCase", "snake_case", "1e-5", "0x7F", "こんにちは世界", "的", "是不是",
    ];

    private static readonly Gen<string> Scalar = Gen.Int[0, 0x10FFFF].Where(value => Rune.IsValid(value) && value != 0xFFFD).Select(value => new Rune(value).ToString());

    // scripts lie in blocks, so neighbours in one block are a word of one script
    private static readonly Gen<string> Script = Gen.Select(Gen.Int[0, 0x1FF], Gen.Int[0, 0x7F].Array[1, 12], (block, offsets) => string.Concat(
        offsets.Select(offset => (block * 0x80) + offset).Where(value => Rune.IsValid(value) && value != 0xFFFD).Select(value => new Rune(value).ToString())));

    // what random bytes hold that is valid: each length of a UTF-8 sequence about as often
    private static readonly Gen<string> ValidBytes = Gen.Byte[0, 0xF4].Array[1, 64].Select(bytes => Encoding.UTF8.GetString(bytes).Replace("\uFFFD", "", StringComparison.Ordinal));

    /// <summary>Any valid text without U+FFFD, which the reference miscounts, and without special tokens, which it takes for themselves.</summary>
    public static Gen<string> Any { get; } =
        Gen.Frequency(
            (1, Scalar),
            (1, Script),
            (1, ValidBytes),
            (6, Gen.Int[0, Snippets.Length - 1].Select(index => Snippets[index])),
            (3, Gen.Select(Gen.Int[0, ByCategory.Length - 1], Gen.Int[0, 99_999], (category, index) => ByCategory[category][index % ByCategory[category].Length].ToString())),
            (2, Gen.Int[0, 0x7F].Select(value => ((char)value).ToString())),
            (1, Gen.Int[0, 0x24FF].Select(value => ((char)value).ToString())),
            (1, Gen.Select(Gen.Int[0, Snippets.Length - 1], Gen.Int[2, 40], (index, times) => string.Concat(Enumerable.Repeat(Snippets[index], times)))))
        .Array[0, 60]
        .Select(parts => string.Concat(parts))
        .Where(text => !text.Contains("<|endof", StringComparison.Ordinal));

    /// <summary>Long text that few rules cut: few different snippets, many times, in no order.</summary>
    public static Gen<string> Unbroken { get; } =
        Gen.Select(Gen.Int[0, Snippets.Length - 1].Array[1, 4], Gen.Int[0, 3].Array[1, 3_000], (chosen, order) => string.Concat(order.Select(index => Snippets[chosen[index % chosen.Length]])));

    /// <summary>The kinds of text that make a merge loop slow, by name.</summary>
    public static string Hostile(string kind, int characters)
    {
        var random = new Random(7);
        string Repeat(string unit) => string.Concat(Enumerable.Repeat(unit, (characters / unit.Length) + 1))[..characters];
        string Pick(string from) => string.Create(characters, from, (span, set) => { for (var i = 0; i < span.Length; i++) { span[i] = set[random.Next(set.Length)]; } });
        string Range(int first, int last) => string.Create(characters, (first, last), (span, range) => { for (var i = 0; i < span.Length; i++) { span[i] = (char)random.Next(range.first, range.last + 1); } });
        return kind switch
        {
            "one letter" => Repeat("a"),
            "capital" => Repeat("A"),
            "two letters" => Repeat("ab"),
            "spaces" => Repeat(" "),
            "newlines" => Repeat("\n"),
            "space and newline" => Repeat(" \n"),
            "tabs" => Repeat("\t"),
            "punctuation" => Repeat("="),
            "random punctuation" => Pick("!#$%&()*+,-.:;<=>?@[]^_`{|}~"),
            "one emoji" => Repeat("😀"),
            "joined emoji" => Repeat("👨‍👩‍👧‍👦"),
            "base64" => Pick("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
            "random letters" => Pick("abcdefghijklmnopqrstuvwxyz"),
            "random capitals" => Pick("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            "random unicode" => Range(0x20, 0xD7FF),
            "han" => Range(0x4E00, 0x9FFF),
            "hangul" => Range(0xAC00, 0xD7A3),
            "english unbroken" => Repeat("thequickbrownfoxjumpsoverthelazydogandthenitrainedforfortydaysacrossthewholecountryside"),
            "mixed unbroken" => Repeat("the文字quickひらがなbrown한국어foxعربيjumpsрусскийover"),
            "uncased and capitals" => "中" + new string('A', characters - 1),
            "marks and capitals" => Repeat("\u0301A"),
            "lone surrogates" => Repeat("\uD800"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind."),
        };
    }

    /// <summary>The names of the hostile kinds.</summary>
    public static string[] HostileKinds { get; } =
    [
        "one letter", "capital", "two letters", "spaces", "newlines", "space and newline", "tabs", "punctuation", "random punctuation", "one emoji", "joined emoji", "base64",
        "random letters", "random capitals", "random unicode", "han", "hangul", "english unbroken", "mixed unbroken", "uncased and capitals", "marks and capitals", "lone surrogates",
    ];

    /// <summary>What stands in a failure message instead of characters that a terminal eats.</summary>
    public static string Show(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}")));
}
