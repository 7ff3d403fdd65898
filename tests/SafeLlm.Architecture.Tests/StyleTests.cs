using System.Text.RegularExpressions;

namespace SafeLlm.Architecture.Tests;

public sealed partial class StyleTests
{
    [Fact]
    public void Sources_OfShippedProjects_HaveNoConditionalCompilation() =>
        Assert.Empty(Offences("src", ConditionalCompilation()));

    [Fact]
    public void Sources_OfTheRepository_LeaveNothingForLater() =>
        Assert.Empty(Offences("src", UnfinishedWork()).Concat(Offences("samples", UnfinishedWork())));

    [Fact]
    public void Pragmas_OfShippedProjects_StayWithinTheBudgetAndGiveTheirReason()
    {
        var pragmas = Offences("src", PragmaDisable());

        Assert.True(pragmas.Count <= 10, $"At most 10 suppressions; these are {pragmas.Count}: {string.Join(", ", pragmas)}");
        Assert.Empty(Offences("src", PragmaWithoutReason()));
    }

    [Fact]
    public void Files_OfShippedProjects_AreOneThingEach()
    {
        var tooLong = Repository.SourceFiles("src").Where(file => File.ReadLines(file).Count() > 400);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void ProjectFiles_OfTheRepository_StayShort()
    {
        var tooLong = new[] { "src", "tests", "samples" }.SelectMany(Repository.Projects).Where(project => File.ReadLines(project).Count() > 40);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void PublicApi_OfEveryPackageWithALibrary_IsRecorded()
    {
        var unrecorded = Repository.Projects("src")
            .Where(project => !File.ReadAllText(project).Contains("<PackAsTool>", StringComparison.Ordinal))
            .Where(project => !File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "PublicAPI.Shipped.txt")));

        Assert.Empty(unrecorded.Select(project => $"{Path.GetFileNameWithoutExtension(project)}: run tools/record-public-api"));
    }

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("samples")]
    public void Files_OfTheRepository_HoldTheTypeTheyAreNamedAfter(string folder)
    {
        var misnamed = Repository.SourceFiles(folder)
            .Where(file => !Path.GetFileName(file).Equals("Program.cs", StringComparison.Ordinal))
            .Where(file => TopLevelType().Matches(File.ReadAllText(file)) is var types
                && (types.Count != 1 || types[0].Groups["name"].Value != Path.GetFileNameWithoutExtension(file).Split('.')[0]));

        Assert.Empty(misnamed.Select(file => Path.GetRelativePath(Repository.Root, file)));
    }

    private static List<string> Offences(string folder, Regex pattern) =>
        [.. Repository.SourceFiles(folder).SelectMany(file => File.ReadLines(file)
            .Select((line, index) => (line, index))
            .Where(at => pattern.IsMatch(at.line))
            .Select(at => $"{Path.GetRelativePath(Repository.Root, file)}:{at.index + 1}"))];

    [GeneratedRegex(@"^\s*#if\b")]
    private static partial Regex ConditionalCompilation();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|\bHACK\b|NotImplementedException")]
    private static partial Regex UnfinishedWork();

    [GeneratedRegex(@"^\s*#pragma warning disable")]
    private static partial Regex PragmaDisable();

    [GeneratedRegex(@"^\s*#pragma warning disable [^/]*$")]
    private static partial Regex PragmaWithoutReason();

    [GeneratedRegex(@"^(?:public |internal |file )?(?:(?:static|sealed|abstract|partial|readonly|ref|unsafe) )*(?:(?:class|struct|record struct|record|interface|enum) (?<name>\w+)|delegate [^(]*? (?<name>\w+)\()", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();
}
