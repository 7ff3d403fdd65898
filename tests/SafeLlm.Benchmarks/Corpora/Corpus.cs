using System.Text;

namespace SafeLlm.Benchmarks.Corpora;

/// <summary>One kind of natural text, some 1 MB of it, and cut into messages for a tokenizer to count one after the other.</summary>
/// <param name="Name">Its name in figures.</param>
/// <param name="Text">The text.</param>
internal sealed record Corpus(string Name, string Text)
{
    private const int Message = 8 * 1024;
    private const int Characters = 600_000;

    private static readonly (string Name, Action<Writer> Sentence)[] Kinds =
    [
        ("english", English), ("code", Code), ("json", Json), ("chinese", Chinese), ("japanese", Japanese), ("korean", Korean), ("arabic", Arabic), ("emoji", Emoji), ("mixed", Mixed),
    ];

    /// <summary>English, code, JSON, Chinese, Japanese, Korean, Arabic, emoji, and all of them mixed; the same in each run.</summary>
    public static IEnumerable<Corpus> Natural()
    {
        foreach (var (name, sentence) in Kinds)
        {
            yield return Write(name, sentence);
        }
    }

    /// <summary>The corpus of a name.</summary>
    public static Corpus Of(string name) => Write(name, Array.Find(Kinds, kind => kind.Name == name).Sentence);

    /// <summary>The text in messages of 8 KB, none cut within a character.</summary>
    public (string[] Texts, byte[][] Utf8) Messages()
    {
        var texts = new List<string>();
        for (var start = 0; start < Text.Length;)
        {
            var end = Math.Min(Text.Length, start + Message);
            end += end < Text.Length && char.IsLowSurrogate(Text[end]) ? 1 : 0;
            texts.Add(Text[start..end]);
            start = end;
        }

        return ([.. texts], [.. texts.Select(Encoding.UTF8.GetBytes)]);
    }

    private static Corpus Write(string name, Action<Writer> sentence)
    {
        var writer = new Writer(seed: name.Length + name[0]);
        while (writer.Length < Characters)
        {
            sentence(writer);
        }

        return new Corpus(name, writer.ToString());
    }

    private static void English(Writer to)
    {
        var first = to.English();
        to.Add(char.ToUpperInvariant(first[0]) + first[1..]);
        for (var words = to.Between(4, 24); words > 0; words--)
        {
            to.Add(to.Chance(0.07) ? ", " : " ").Add(to.English());
        }

        to.Add(to.Chance(0.1) ? "?" : to.Chance(0.1) ? "!" : ".").Add(to.Chance(0.15) ? "\n\n" : " ");
    }

    private static void Code(Writer to)
    {
        var type = to.Any(WordLists.CodeTypes);
        to.Add("    /// <summary>");
        English(to);
        to.Add($"</summary>\n    public async {type} {to.Identifier(true)}Async({to.Any(WordLists.CodeTypes)} {to.Identifier(false)}, CancellationToken cancellationToken)\n    {{\n");
        for (var lines = to.Between(2, 9); lines > 0; lines--)
        {
            to.Add(to.Between(0, 4) switch
            {
                0 => $"        var {to.Identifier(false)} = await {to.Identifier(false)}.{to.Identifier(true)}Async({to.Identifier(false)}).ConfigureAwait(false);\n",
                1 => $"        if ({to.Identifier(false)} >= {to.Number().Replace(",", "_", StringComparison.Ordinal)} && !{to.Identifier(false)}.{to.Identifier(true)})\n        {{\n            throw new {to.Identifier(true)}Exception($\"{to.English()} {{{to.Identifier(false)}}} {to.English()}\");\n        }}\n\n",
                2 => $"        foreach (var {to.Identifier(false)} in {to.Identifier(false)}) {to.Identifier(false)}[{to.Between(0, 9)}] += 0x{to.Between(16, 65_535):x4};\n",
                3 => $"        return {to.Identifier(false)} ?? {to.Identifier(true)}.{to.Identifier(true)}; // {to.English()} {to.English()} {to.English()}\n",
                _ => $"        {to.Identifier(false)}.{to.Identifier(true)} = new() {{ {to.Identifier(true)} = \"{to.English()}\", {to.Identifier(true)} = {to.Between(0, 500)} }};\n",
            });
        }

        to.Add("    }\n\n");
    }

    private static void Json(Writer to)
    {
        to.Add($"{{\"id\":\"{to.Between(0, int.MaxValue - 1):x8}-{to.Between(0, 65_535):x4}\",\"{to.Identifier(false)}\":{to.Number().Replace(",", "", StringComparison.Ordinal)},\"messages\":[{{\"role\":\"user\",\"content\":\"");
        for (var words = to.Between(3, 12); words > 0; words--)
        {
            to.Add(to.English()).Add(" ");
        }

        to.Add($"\"}}],\"{to.Identifier(false)}\":{{\"{to.Identifier(false)}\":[{to.Between(0, 999)},{to.Between(0, 999)},null,true],\"created_at\":\"20{to.Between(10, 29)}-0{to.Between(1, 9)}-1{to.Between(0, 9)}T0{to.Between(0, 9)}:4{to.Between(0, 9)}:00Z\"}}}}{(to.Chance(0.3) ? ",\n  " : ",")}");
    }

    private static void Chinese(Writer to)
    {
        for (var clauses = to.Between(1, 4); clauses > 0; clauses--)
        {
            for (var words = to.Between(3, 11); words > 0; words--)
            {
                to.Add(to.Chance(0.5) ? to.Often(WordLists.Chinese) : to.Character());
            }

            to.Add(clauses > 1 ? "，" : to.Chance(0.1) ? "？" : "。");
        }

        to.Add(to.Chance(0.1) ? "\n" : "");
    }

    private static void Japanese(Writer to)
    {
        for (var words = to.Between(3, 10); words > 0; words--)
        {
            to.Add(to.Chance(0.04) ? to.Character() : to.Often(WordLists.Japanese)).Add(to.Often(WordLists.JapaneseLinks)).Add(to.Chance(0.12) ? "、" : "");
        }

        to.Add(to.Any(WordLists.JapaneseEndings)).Add(to.Chance(0.1) ? "\n" : "");
    }

    private static void Korean(Writer to)
    {
        for (var words = to.Between(3, 10); words > 0; words--)
        {
            to.Add(to.Chance(0.05) ? $"{(char)to.Between(0xAC00, 0xD7A3)}{(char)to.Between(0xAC00, 0xD7A3)}" : to.Often(WordLists.Korean)).Add(to.Often(WordLists.KoreanLinks)).Add(to.Chance(0.1) ? ", " : " ");
        }

        to.Add(to.Any(WordLists.KoreanVerbs)).Add(to.Chance(0.1) ? ".\n" : ". ");
    }

    private static void Arabic(Writer to)
    {
        for (var words = to.Between(4, 18); words > 0; words--)
        {
            to.Add(to.Chance(0.35) ? to.Any(WordLists.ArabicPrefixes) : "").Add(to.Often(WordLists.Arabic)).Add(to.Chance(0.25) ? to.Any(WordLists.ArabicSuffixes) : "").Add(to.Chance(0.08) ? "، " : " ");
        }

        to.Add(to.Chance(0.1) ? "؟\n" : ". ");
    }

    private static void Emoji(Writer to)
    {
        for (var words = to.Between(2, 8); words > 0; words--)
        {
            to.Add(to.English()).Add(" ");
        }

        for (var faces = to.Between(1, 5); faces > 0; faces--)
        {
            to.Add(to.Any(WordLists.Emoji));
        }

        to.Add(to.Chance(0.2) ? "\n" : " ");
    }

    private static void Mixed(Writer to) => Kinds[to.Between(0, Kinds.Length - 2)].Sentence(to);
}
