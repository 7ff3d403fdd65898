using System.Text.RegularExpressions;

namespace SafeLlm.Analyzers.Tests;

/// <summary>Each rule is one file, one test file, one page, one release row, one row in the table and one line in each severity file.</summary>
public sealed partial class RuleCatalogTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Ids => [.. RuleList.All.Select(rule => rule.Descriptor.Id)];

    [Fact]
    public void Rules_AreTheTwentySeven_InOrder() =>
        Assert.Equal(Enumerable.Range(1, 27).Select(number => $"SLLM{number:000}"), RuleList.All.Select(rule => rule.Descriptor.Id));

    [Theory]
    [MemberData(nameof(Ids))]
    public void Rule_HasItsFileTestsPageAndRows(string id)
    {
        var rule = RuleList.All.Single(one => one.Descriptor.Id == id);
        var name = rule.GetType().Name;
        var descriptor = rule.Descriptor;

        Assert.True(File.Exists(Path.Combine(Root, "analyzers", "SafeLlm.Analyzers", "Rules", name + ".cs")));
        var tests = File.ReadAllText(Path.Combine(Root, "tests", "SafeLlm.Analyzers.Tests", "Rules", name + "Tests.cs"));
        Assert.InRange(tests.IndexOf("QuietAsync", StringComparison.Ordinal), 0, tests.IndexOf("ReportsAsync", StringComparison.Ordinal));

        Assert.EndsWith($"/docs/rules/{id}.md", descriptor.HelpLinkUri, StringComparison.Ordinal);
        var page = File.ReadAllText(Path.Combine(Root, "docs", "rules", id + ".md"));
        Assert.StartsWith($"# {id}: {descriptor.Title}", page, StringComparison.Ordinal);
        Assert.All(new[] { "## Why", "## Bad", "## Good", "## Configuration", "## Suppress", "CWE-", "OWASP" }, part => Assert.Contains(part, page, StringComparison.Ordinal));

        Assert.Contains($"{id} | {descriptor.Category} | {descriptor.DefaultSeverity} | {descriptor.Title}", Releases(), StringComparison.Ordinal);
        Assert.Contains($"| [{id}]({id}.md) | {descriptor.Title} |", File.ReadAllText(Path.Combine(Root, "docs", "rules", "README.md")), StringComparison.Ordinal);
        Assert.All(new[] { "none", "default", "strict" }, mode => Assert.Contains($"dotnet_diagnostic.{id}.severity = ", Severities(mode), StringComparison.Ordinal));
    }

    [Fact]
    public void Pages_OfRulesThatAreNoMore_AreAbsent() =>
        Assert.Equal(RuleList.All.Count, Directory.GetFiles(Path.Combine(Root, "docs", "rules"), "SLLM*.md").Length);

    [Fact]
    public void Strict_MakesEveryWarningAnError() =>
        Assert.All(RuleList.All, rule => Assert.Contains(
            $"dotnet_diagnostic.{rule.Descriptor.Id}.severity = {(rule.Descriptor.DefaultSeverity == Microsoft.CodeAnalysis.DiagnosticSeverity.Warning ? "error" : "suggestion")}\n", Severities("strict"), StringComparison.Ordinal));

    [Theory]
    [InlineData("analyzers")]
    public void Files_OfTheAnalyzers_HoldOneTypeOfAtMost400Lines(string folder)
    {
        var files = Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

        Assert.All(files, file =>
        {
            Assert.InRange(File.ReadLines(file).Count(), 1, 400);
            Assert.Equal(Path.GetFileNameWithoutExtension(file), Assert.Single(TopLevelType().Matches(File.ReadAllText(file))).Groups["name"].Value);
        });
    }

    private static string Releases() => File.ReadAllText(Path.Combine(Root, "analyzers", "SafeLlm.Analyzers", "AnalyzerReleases.Unshipped.md")) + File.ReadAllText(Path.Combine(Root, "analyzers", "SafeLlm.Analyzers", "AnalyzerReleases.Shipped.md"));

    private static string Severities(string mode) => File.ReadAllText(Path.Combine(Root, "analyzers", "SafeLlm.Analyzers.Package", "configuration", mode + ".globalconfig"));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SafeLlm.sln"))) folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"^(?:public |internal )?(?:(?:static|sealed|abstract|partial|readonly) )*(?:class|struct|enum|interface) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();
}
