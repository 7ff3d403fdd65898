using System.CommandLine;

namespace SafeLlm.Cli.Tests;

/// <summary>What a command did.</summary>
internal sealed record CommandRun(int Exit, string Output, string Errors)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static async Task<CommandRun> OfAsync(Command command, params string[] args)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var exit = await command.Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }, TestContext.Current.CancellationToken);
        return new CommandRun(exit, output.ToString(), errors.ToString());
    }
}
