using SafeLlm.Analyzers;

namespace SafeLlm.Cli.Scan;

/// <summary>The rules that a scan runs.</summary>
internal static class ScanRules
{
    public static string Last => RuleList.All[^1].Descriptor.Id;

    public static bool Exists(string id) => RuleList.All.Any(rule => rule.Descriptor.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    public static IReadOnlyList<Rule> Choose(IReadOnlyCollection<string> ids) =>
        [.. RuleList.All.Where(rule => ids.Count == 0 || ids.Contains(rule.Descriptor.Id, StringComparer.OrdinalIgnoreCase))];
}
