using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Tests.Files;

public sealed class WordSetTests
{
    private static readonly WordSet Words = new(["N", "Log", "LogError", "options"]);

    [Theory]
    [InlineData("")]
    [InlineData("NLog")]
    [InlineData("Logs LogErrors")]
    [InlineData("eLog éLog _Log")]
    [InlineData("Né Logé")]
    [InlineData("Lo")]
    [InlineData("log OPTIONS")]
    public void Text_WithoutItsWords_HasNone(string text) => Assert.Empty(Found(text));

    [Theory]
    [InlineData("Log", "Log@0")]
    [InlineData("N", "N@0")]
    [InlineData("x.N", "N@2")]
    [InlineData("N=1;Log(N)", "N@0 Log@4 N@8")]
    [InlineData("a.LogError(options);Log", "LogError@2 options@11 Log@20")]
    [InlineData("Logs Log", "Log@5")]
    [InlineData("… Log", "Log@2")]
    [InlineData("Log…N…", "Log@0 N@4")]
    public void Text_WithItsWords_HasEachWhereItStands(string text, string expected) => Assert.Equal(expected.Split(' '), Found(text));

    [Fact]
    public void Words_AreFoundByThemselves_AndOthersAreNot()
    {
        Assert.Equal(Enumerable.Range(0, Words.Count), Enumerable.Range(0, Words.Count).Select(number => Words.Find(Words[number])));
        Assert.Equal(-1, Words.Find("Lo"));
    }

    private static IEnumerable<string> Found(string text)
    {
        for (int end = 0, word; (word = Words.Next(text, out var start, ref end)) >= 0;)
        {
            Assert.Equal(Words[word], text[start..end]);
            yield return $"{Words[word]}@{start}";
        }
    }
}
