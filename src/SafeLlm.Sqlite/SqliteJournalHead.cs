using System.Globalization;

namespace SafeLlm.Sqlite;

/// <summary>The last line of a journal: kept elsewhere, it shows later that nothing before it was changed or cut off.</summary>
/// <param name="Number">The line's number, from 1; 0 for an empty journal.</param>
/// <param name="Mac">Its code in hexadecimal digits, which stands for all lines up to it.</param>
public sealed record SqliteJournalHead(long Number, string Mac)
{
    private const string Prefix = "safellm-journal-v1";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is no head.</exception>
    public static SqliteJournalHead Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Trim().Split(' ');
        return words.Length == 3 && words[0] == Prefix
            && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && words[2].Length == 64 && words[2].All(char.IsAsciiHexDigitLower)
            ? new SqliteJournalHead(number, words[2])
            : throw new FormatException($"That is no head of a journal; one is written \"{Prefix} NUMBER CODE\".");
    }

    /// <summary>One line of text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix} {Number} {Mac}");
}
