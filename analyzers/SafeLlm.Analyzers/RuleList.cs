using System.Collections.Generic;
using SafeLlm.Analyzers.Rules;

namespace SafeLlm.Analyzers;

/// <summary>All rules, in the order of their ids.</summary>
internal static class RuleList
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        new NoOutputBound(),
        new RawRequestWithoutBound(),
    ];
}
