using System.Globalization;
using System.Text;

namespace SafeLlm.Benchmarks.Corpora;

/// <summary>
/// Writes text like a person's: words by their frequency, so that a few come often and most seldom, and now and then one that
/// was never there before. A text that repeated itself would only measure whose cache is larger. The same seed gives the same text.
/// </summary>
internal sealed class Writer(int seed)
{
    private readonly Random random = new(seed);
    private readonly StringBuilder text = new();

    public int Length => text.Length;

    public override string ToString() => text.ToString();

    public bool Chance(double share) => random.NextDouble() < share;

    public int Between(int from, int to) => random.Next(from, to + 1);

    /// <summary>One of many, all alike.</summary>
    public string Any(string[] words) => words[random.Next(words.Length)];

    /// <summary>One of many, the first more often: Zipf's law.</summary>
    public string Often(string[] words) => words[(int)(Math.Pow(words.Length + 1, random.NextDouble()) - 1)];

    public Writer Add(string words)
    {
        text.Append(words);
        return this;
    }

    /// <summary>An English word; one in twelve is made up of parts, one in fifty is a name or a number.</summary>
    public string English()
    {
        var draw = random.NextDouble();
        return draw < 0.08 ? (Chance(0.3) ? Any(WordLists.Prefixes) : "") + Any(WordLists.Stems) + Any(WordLists.Suffixes)
            : draw < 0.09 ? Any(WordLists.Names)
            : draw < 0.1 ? Number()
            : Often(WordLists.English);
    }

    public string Number() => Between(0, 3) switch
    {
        0 => Between(1900, 2030).ToString(CultureInfo.InvariantCulture),
        1 => (random.NextDouble() * 1_000).ToString("F2", CultureInfo.InvariantCulture),
        2 => Between(1, 99).ToString(CultureInfo.InvariantCulture),
        _ => Between(1_000, 9_999_999).ToString("N0", CultureInfo.InvariantCulture),
    };

    /// <summary>A name in code, of one to three words.</summary>
    public string Identifier(bool isUpper)
    {
        var name = new StringBuilder();
        for (var words = Between(1, 3); words > 0; words--)
        {
            var word = new string([.. (Chance(0.2) ? Any(WordLists.Stems) + Any(WordLists.Suffixes) : Any(WordLists.English)).Where(char.IsAsciiLetter)]);
            name.Append(name.Length > 0 || isUpper ? char.ToUpperInvariant(word[0]) : char.ToLowerInvariant(word[0])).Append(word.AsSpan(1));
        }

        return name.ToString();
    }

    /// <summary>A Chinese character, a frequent one more often, and now and then any at all.</summary>
    public string Character() => Chance(0.03)
        ? ((char)Between(0x4E00, 0x9FA5)).ToString()
        : WordLists.Han[(int)(Math.Pow(WordLists.Han.Length + 1, random.NextDouble()) - 1)].ToString();
}
