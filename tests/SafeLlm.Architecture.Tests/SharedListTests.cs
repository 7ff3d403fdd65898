using System.Text.RegularExpressions;

namespace SafeLlm.Architecture.Tests;

/// <summary>Lists that two projects need and neither can see of the other.</summary>
public sealed partial class SharedListTests
{
    /// <summary>The client writes a bound, and Core inserts one where there is none: under one name at one service.</summary>
    [Fact]
    public void HostsThatTakeTheNewBoundUnderAnyName_OfClientAndCore_AreTheSame()
    {
        var inserted = NewBound().Matches(Source("SafeLlm.Core/Formats/OpenAi/ChatServices.cs")).Select(match => match.Groups["host"].Value);
        var written = Literal().Matches(OpenAiHosts().Match(Source("SafeLlm/Chat/OpenAi/ChatMembers.cs")).Value).Select(match => match.Groups["host"].Value);

        Assert.NotEmpty(written);
        Assert.Equal(inserted.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    private static string Source(string path) => File.ReadAllText(Path.Combine(Repository.Root, "src", path));

    // Who sends usage unasked is no service of OpenAI's, and its models have their own names.
    [GeneratedRegex("""new\("(?<host>[^"]+)", New, false""")]
    private static partial Regex NewBound();

    [GeneratedRegex("""OpenAiHosts = \[[^\]]*\]""")]
    private static partial Regex OpenAiHosts();

    [GeneratedRegex("\"(?<host>[^\"]+)\"")]
    private static partial Regex Literal();
}
