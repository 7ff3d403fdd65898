using System.Text;

namespace SafeLlm.Benchmarks.Corpora;

/// <summary>Texts that make a tokenizer slow, by kind.</summary>
internal static class HostileText
{
    private static readonly (string Name, Func<Random, string> Unit)[] Kinds =
    [
        ("one-letter", _ => "a"),
        ("spaces", _ => " "),
        ("newlines", _ => "\n"),
        ("punctuation", _ => "="),
        ("random-punctuation", random => Pick(random, "!#$%&()*+,-.:;<=>?@[]^_`{|}~")),
        ("one-emoji", _ => "😀"),
        ("joined-emoji", _ => "👨‍👩‍👧‍👦"),
        ("base64", random => Pick(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")),
        ("random-unicode", AnyCharacter),
        ("unbroken-han", random => ((char)random.Next(0x4E00, 0x9FA6)).ToString()),
        ("unbroken-hangul", random => ((char)random.Next(0xAC00, 0xD7A4)).ToString()),
        ("unbroken-english", random => WordLists.English[random.Next(WordLists.English.Length)].Replace("'", "", StringComparison.Ordinal).ToLowerInvariant()),
        ("unbroken-mixed", random => random.Next(3) switch { 0 => WordLists.English[random.Next(300)].Replace("'", "", StringComparison.Ordinal), 1 => WordLists.Chinese[random.Next(WordLists.Chinese.Length)], _ => WordLists.Korean[random.Next(WordLists.Korean.Length)] }),
        ("random-letters", random => Pick(random, "abcdefghijklmnopqrstuvwxyz")),

        // what a surrogate without its other half becomes in UTF-8
        ("lone-surrogates", _ => "\uFFFD"),
    ];

    public static IEnumerable<string> Names => Kinds.Select(kind => kind.Name);

    /// <summary>So many bytes of a kind, and up to one character more.</summary>
    public static byte[] Of(string name, int bytes)
    {
        var unit = Array.Find(Kinds, kind => kind.Name == name).Unit;
        var random = new Random(7);
        var text = new StringBuilder();
        for (var length = 0; length < bytes;)
        {
            var next = unit(random);
            text.Append(next);
            length += Encoding.UTF8.GetByteCount(next);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Pick(Random random, string from) => from[random.Next(from.Length)].ToString();

    private static string AnyCharacter(Random random)
    {
        while (true)
        {
            var value = random.Next(0x20, 0x110000);
            if (Rune.IsValid(value))
            {
                return new Rune(value).ToString();
            }
        }
    }
}
