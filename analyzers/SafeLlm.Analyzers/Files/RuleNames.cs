using System.Collections.Generic;
using System.Linq;

namespace SafeLlm.Analyzers.Files;

/// <summary>All names that wake a rule: the union of what the rules ask for.</summary>
internal static class RuleNames
{
    public static HashSet<string> All { get; } = new(RuleList.All.SelectMany(rule => rule.Names));

    /// <summary>Names that matter wherever they stand, not only as what is called, made or set.</summary>
    public static HashSet<string> Mentions { get; } = new(RuleList.All.SelectMany(rule => rule.Mentions));

    /// <summary>Both, for the words of a text.</summary>
    public static WordSet Words { get; } = new(All.Union(Mentions));

    private static readonly bool[] IsMentioned = [.. Enumerable.Range(0, Words.Count).Select(word => Mentions.Contains(Words[word]))];

    /// <summary>Whether a word of <see cref="Words"/> matters wherever it stands.</summary>
    public static bool IsMention(int word) => IsMentioned[word];

    /// <summary>The words that wake a rule.</summary>
    public static WordMarks MarksOf(Rule rule)
    {
        var marks = new WordMarks();
        foreach (var name in rule.Names.Concat(rule.Mentions))
        {
            // A rule that is not in the list asks for words that no text is searched for.
            if (Words.Find(name) is >= 0 and var word) marks.Add(word);
        }

        return marks;
    }
}
