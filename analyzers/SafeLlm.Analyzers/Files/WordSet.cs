using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;

namespace SafeLlm.Analyzers.Files;

/// <summary>A fixed set of identifiers that is asked for parts of a text without making a string of each. Its words are numbered from zero.</summary>
internal sealed class WordSet
{
    private const int LongestTold = 63;

    private static readonly bool[] Letters = [.. Enumerable.Range(0, 128).Select(letter => SyntaxFacts.IsIdentifierPartCharacter((char)letter))];

    private readonly string[] words;
    private readonly int[] slots;
    private readonly int mask;

    // By first letter, a bit for each length that a word with it has: most words of a text are ruled out by these two alone.
    private readonly ulong[] lengths = new ulong[128];

    public WordSet(IEnumerable<string> all)
    {
        words = [.. all.Distinct()];
        var size = 1;
        while (size < words.Length * 4) size *= 2;
        mask = size - 1;
        slots = [.. Enumerable.Repeat(-1, size)];
        for (var number = 0; number < words.Length; number++)
        {
            var word = words[number];
            if (word[0] < 128) lengths[word[0]] |= word.Length > LongestTold ? ulong.MaxValue : 1UL << word.Length;
            var at = Hash(word, 0, word.Length) & mask;
            while (slots[at] >= 0) at = (at + 1) & mask;
            slots[at] = number;
        }
    }

    public int Count => words.Length;

    public string this[int number] => words[number];

    /// <summary>The number of the word at this place of the text, or -1 where the set does not have it.</summary>
    public int Find(string text, int start, int length)
    {
        if (text[start] is < (char)128 and var first && length <= LongestTold && (lengths[first] >> length & 1) == 0) return -1;
        for (var at = Hash(text, start, length) & mask; slots[at] is >= 0 and var number; at = (at + 1) & mask)
        {
            if (words[number].Length == length && string.CompareOrdinal(text, start, words[number], 0, length) == 0) return number;
        }

        return -1;
    }

    /// <summary>Where the next run of letters, digits and underscores begins; the text's length where there is none.</summary>
    public static int StartOfWord(string text, int from)
    {
        var letters = Letters;
        while (from < text.Length && !(text[from] is < (char)128 and var letter ? letters[letter] : SyntaxFacts.IsIdentifierPartCharacter(text[from]))) from++;
        return from;
    }

    /// <summary>Where the run that begins here ends.</summary>
    public static int EndOfWord(string text, int start)
    {
        var letters = Letters;
        while (start < text.Length && (text[start] is < (char)128 and var letter ? letters[letter] : SyntaxFacts.IsIdentifierPartCharacter(text[start]))) start++;
        return start;
    }

    // Length and three letters tell identifiers apart well enough, whatever their length.
    private static int Hash(string text, int start, int length) =>
        length == 0 ? 0 : unchecked((((length * 31) + text[start]) * 31 + text[start + (length / 2)]) * 31 + text[start + length - 1]);
}
