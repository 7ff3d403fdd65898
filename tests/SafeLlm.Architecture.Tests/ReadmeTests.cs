using System.Text.RegularExpressions;

namespace SafeLlm.Architecture.Tests;

public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n");

    [Fact]
    public void Snippets_OfTheReadme_AreLinesOfCompiledCode()
    {
        var compiled = Repository.SourceFiles("samples")
            .SelectMany(file => CompiledSnippet().Matches(File.ReadAllText(file).ReplaceLineEndings("\n")))
            .ToDictionary(match => match.Groups["name"].Value, match => Dedent(match.Groups["code"].Value), StringComparer.Ordinal);
        var shown = ShownSnippet().Matches(Readme);

        Assert.NotEmpty(shown);
        Assert.Equal(compiled.Keys.Order(StringComparer.Ordinal), shown.Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal));
        Assert.All(shown, match => Assert.Equal(compiled[match.Groups["name"].Value], match.Groups["code"].Value));
    }

    [Fact]
    public void Files_ShownByTheReadme_AreTheFilesThemselves()
    {
        var shown = ShownFile().Matches(Readme);

        Assert.NotEmpty(shown);
        Assert.All(shown, match => Assert.Equal(
            File.ReadAllText(Path.Combine(Repository.Root, match.Groups["name"].Value)).ReplaceLineEndings("\n"),
            match.Groups["text"].Value));
    }

    private static string Dedent(string code)
    {
        var lines = code.TrimEnd('\n', ' ').Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : "")) + "\n";
    }

    [GeneratedRegex(@"// snippet: (?<name>\w+)\n(?<code>.*?)[ ]*// end", RegexOptions.Singleline)]
    private static partial Regex CompiledSnippet();

    [GeneratedRegex(@"<!-- snippet: (?<name>\w+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShownSnippet();

    [GeneratedRegex(@"<!-- file: (?<name>\S+) -->\n```json\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShownFile();
}
