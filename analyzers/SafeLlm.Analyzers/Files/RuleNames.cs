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
    public static WordSet Words { get; } = new([.. All.Union(Mentions)]);
}
