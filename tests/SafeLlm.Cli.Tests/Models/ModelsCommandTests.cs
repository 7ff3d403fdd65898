using System.CommandLine;
using SafeLlm.Cli.Models;
using SafeLlm.Pricing;

namespace SafeLlm.Cli.Tests.Models;

public sealed class ModelsCommandTests
{
    [Fact]
    public void Models_Filtered_ListsThoseWithAllWords()
    {
        var (exit, output, _) = Run("anthropic sonnet-4-5");
        Assert.Equal(0, exit);
        Assert.Matches(@"anthropic\s+│ claude-sonnet-4-5 ", output);
        Assert.DoesNotContain("gpt-4o", output, StringComparison.Ordinal);
        Assert.Contains(ModelCatalog.Embedded.Hash[..12], output, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_All_AreTheCatalog()
    {
        var (_, output, _) = Run();
        Assert.Contains($"{ModelCatalog.Embedded.Models.Count()} models", output, StringComparison.Ordinal);
        Assert.Contains("dearer above 272,000", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_WithoutAMatch_SaysSo()
    {
        var (exit, _, errors) = Run("never-heard-of");
        Assert.Equal(1, exit);
        Assert.Contains("never-heard-of", errors, StringComparison.Ordinal);
    }

    private static (int Exit, string Output, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exit = ModelsCommand.Create().Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = errors });
        return (exit, output.ToString(), errors.ToString());
    }
}
