using System.CommandLine;

namespace SafeLlm.Cli.Tests;

public sealed class SafeLlmCommandTests
{
    [Theory]
    [InlineData(0, "--help")]
    [InlineData(0, "budget", "show", "--help")]
    [InlineData(0, "--version")]
    [InlineData(2, "no-such-command")]
    [InlineData(2, "budget", "show")]
    [InlineData(2, "budget", "show", "--store", "/no/such.db")]
    [InlineData(2, "report", "--store", "/no/such.db")]
    [InlineData(2, "journal", "verify", "--store", "/no/such.db")]
    [InlineData(2, "journal", "head", "--store", "/no/such.db")]
    [InlineData(2, "keys", "list", "--store", "/no/such.db")]
    [InlineData(2, "quote", "--in", "/no/such.jsonl", "--out", "/no/such/out.jsonl")]
    [InlineData(2, "inspect", "--in", "/no/such.jsonl")]
    [InlineData(2, "usage", "--in", "/no/such.jsonl")]
    [InlineData(2, "verify", "--vectors", "/no/such.json")]
    [InlineData(2, "anomalies", "--journal", "/no/such.jsonl")]
    [InlineData(2, "scan", "/no/such")]
    [InlineData(1, "models", "never-heard-of")]
    public async Task Exit_OfEveryCommand_IsOneMapping(int expected, params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();

        Assert.Equal(expected, await SafeLlmCommand.RunAsync(arguments, new InvocationConfiguration { Output = output, Error = errors }));
    }
}
