using Spectre.Console;

namespace SafeLlm.Cli;

/// <summary>Tables on the writer that a command was given.</summary>
internal static class Consoles
{
    // where the output is no terminal there is no width to fit
    private const int Wide = 200;

    public static IAnsiConsole For(TextWriter writer)
    {
        var isTerminal = ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });
        if (!isTerminal) console.Profile.Width = Wide;
        return console;
    }
}
