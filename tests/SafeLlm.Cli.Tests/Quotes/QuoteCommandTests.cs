using System.CommandLine;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Cli.Quotes;

namespace SafeLlm.Cli.Tests.Quotes;

public sealed class QuoteCommandTests
{
    [Fact]
    public void Quote_OfAText_IsATableWithTheCostAndItsBasis()
    {
        var (exit, output, _) = Run("--model", "gpt-4o-mini", "--max-tokens", "100", "Hello");
        Assert.Equal(0, exit);
        Assert.Contains("gpt-4o-mini at openai: $0.15 in, $0.60 out per million tokens", output, StringComparison.Ordinal);
        Assert.Matches(@"input tokens\s+│\s+\d+ │\s+8 │\s+\d+", output);
        Assert.Matches(@"output tokens\s+│\s+0 │\s+25 │\s+101", output);
        Assert.Matches(@"cost\s+│\s+\$0\.0+\d* │", output);
        Assert.Contains("The upper end is", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Hello", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Quote_OfAFile_CountsIt()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "Hello");
            Assert.Matches(@"input tokens\s+│\s+\d+ │\s+8 │", Run("--model", "gpt-4o-mini", "--file", file).Output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Quote_WithOldPrices_SaysHowOld() =>
        Assert.Contains("(2649 days ago)", Run("--model", "gpt-4o-mini", "Hello").Output, StringComparison.Ordinal);

    [Fact]
    public void Quote_WithABoundAboveTheModels_QuotesTheModelsAndSaysSo()
    {
        var absurd = Run("--model", "gpt-4o-mini", "--max-tokens", "999999999999", "Hello").Output;
        Assert.Contains("the model answers with 16,384 at most", absurd, StringComparison.Ordinal);
        Assert.StartsWith(Run("--model", "gpt-4o-mini", "--max-tokens", "16384", "Hello").Output, absurd, StringComparison.Ordinal);
    }

    [Fact]
    public void Quote_OfAnUnknownModel_NamesNearOnes()
    {
        var (exit, _, errors) = Run("--model", "gpt-4o-mimi", "Hello");
        Assert.Equal(2, exit);
        Assert.Contains("gpt-4o-mini", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("Hello")]
    [InlineData("--model", "gpt-4o-mini")]
    [InlineData("--model", "gpt-4o-mini", "--file", "x", "Hello")]
    [InlineData("--model", "gpt-4o-mini", "--max-tokens", "-1", "Hello")]
    [InlineData("--model", "gpt-4o-mini", "--max-tokens", "0", "Hello")]
    [InlineData("--in", "x")]
    public void Quote_OfTooLittleOrTooMuch_SaysWhatToGive(params string[] arguments)
    {
        var (exit, _, errors) = Run(arguments);
        Assert.Equal(2, exit);
        Assert.Contains("ive ", errors, StringComparison.Ordinal);
    }

    private static (int Exit, string Output, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var time = new FakeTimeProvider(new DateTimeOffset(2033, 11, 1, 0, 0, 0, TimeSpan.Zero));
        var exit = QuoteCommand.Create(time).Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }).GetAwaiter().GetResult();
        return (exit, output.ToString(), errors.ToString());
    }
}
