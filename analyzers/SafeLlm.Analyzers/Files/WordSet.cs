using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;

namespace SafeLlm.Analyzers.Files;

/// <summary>A fixed set of identifiers that is asked for parts of a text without making a string of each.</summary>
internal sealed class WordSet
{
    private static readonly bool[] Letters = [.. Enumerable.Range(0, 128).Select(letter => SyntaxFacts.IsIdentifierPartCharacter((char)letter))];

    private readonly string?[] slots;
    private readonly int mask;

    public WordSet(IReadOnlyCollection<string> words)
    {
        var size = 1;
        while (size < words.Count * 4) size *= 2;
        mask = size - 1;
        slots = new string?[size];
        foreach (var word in words)
        {
            var at = Hash(word, 0, word.Length) & mask;
            while (slots[at] is { } taken && taken != word) at = (at + 1) & mask;
            slots[at] = word;
        }
    }

    /// <summary>The word at this place of the text, or null where the set does not have it.</summary>
    public string? Find(string text, int start, int length)
    {
        for (var at = Hash(text, start, length) & mask; slots[at] is { } word; at = (at + 1) & mask)
        {
            if (word.Length == length && string.CompareOrdinal(text, start, word, 0, length) == 0) return word;
        }

        return null;
    }

    /// <summary>Where the run of letters, digits and underscores that begins here ends; the start itself where none does.</summary>
    public static int EndOfWord(string text, int start)
    {
        var end = start;
        while (end < text.Length && (text[end] is < (char)128 and var letter ? Letters[letter] : SyntaxFacts.IsIdentifierPartCharacter(text[end]))) end++;
        return end;
    }

    // Length and three letters tell identifiers apart well enough, whatever their length.
    private static int Hash(string text, int start, int length) =>
        length == 0 ? 0 : unchecked((((length * 31) + text[start]) * 31 + text[start + (length / 2)]) * 31 + text[start + length - 1]);
}
