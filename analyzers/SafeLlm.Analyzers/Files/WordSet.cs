using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.CSharp;

namespace SafeLlm.Analyzers.Files;

/// <summary>A fixed set of identifiers that is asked for parts of a text without making a string of each. Its words are numbered from zero.</summary>
internal sealed class WordSet
{
    // For loops over texts. A compiler is over before its runtime has seen them often enough to compile them well, or is busy all along:
    // without it most of a text's time is spent in code that was compiled in haste. The name is not in netstandard2.0; a runtime that has
    // no such thing ignores it.
    public const MethodImplOptions Optimized = (MethodImplOptions)512;

    private static readonly bool[] Letters = [.. Enumerable.Range(0, 128).Select(letter => SyntaxFacts.IsIdentifierPartCharacter((char)letter))];

    private readonly string[] words;
    private readonly int[] slots;
    private readonly int mask;

    // By first and second letter, whether a word begins with them: most of a text is ruled out by these two alone.
    private readonly bool[] beginnings = new bool[128 * 128];

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
            for (var second = 0; second < 128; second++) beginnings[(word[0] * 128) + second] |= word.Length == 1 || word[1] == second;
            var at = Hash(word, 0, word.Length) & mask;
            while (slots[at] >= 0) at = (at + 1) & mask;
            slots[at] = number;
        }
    }

    public int Count => words.Length;

    public string this[int number] => words[number];

    /// <summary>The number of the word, or -1 where the set does not have it.</summary>
    public int Find(string word) => Find(word, 0, word.Length);

    /// <summary>The number of the next word of the set in a text and where it stands, or -1 where none follows.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the word begins.</param>
    /// <param name="end">Where the last word ended; where this one ends.</param>
    [MethodImpl(Optimized)]
    public int Next(string text, out int start, ref int end)
    {
        var known = beginnings;
        var letters = Letters;
        for (var at = end; at < text.Length; at++)
        {
            // A second letter past 127 is taken for another: the word is then compared, as any other that begins so.
            var pair = (text[at] << 7) | (at + 1 < text.Length ? text[at + 1] & 127 : 0);
            if (pair >= known.Length || !known[pair] || at > 0 && IsLetter(letters, text[at - 1])) continue;
            var after = at + 1;
            while (after < text.Length && IsLetter(letters, text[after])) after++;
            if (Find(text, at, after - at) is >= 0 and var number)
            {
                start = at;
                end = after;
                return number;
            }

            at = after;
        }

        start = end = text.Length;
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsLetter(bool[] letters, char letter) => letter < letters.Length ? letters[letter] : SyntaxFacts.IsIdentifierPartCharacter(letter);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(string text, int start, int length)
    {
        for (var at = Hash(text, start, length) & mask; slots[at] is >= 0 and var number; at = (at + 1) & mask)
        {
            if (words[number].Length == length && string.CompareOrdinal(text, start, words[number], 0, length) == 0) return number;
        }

        return -1;
    }

    // Length and three letters tell identifiers apart well enough, whatever their length.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Hash(string text, int start, int length) =>
        length == 0 ? 0 : unchecked((((length * 31) + text[start]) * 31 + text[start + (length / 2)]) * 31 + text[start + length - 1]);
}
