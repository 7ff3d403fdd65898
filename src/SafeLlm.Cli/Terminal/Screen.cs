using Spectre.Console;

namespace SafeLlm.Cli.Terminal;

/// <summary>Tables for people.</summary>
internal static class Screen
{
    // Wide enough that nothing is cut where the output is a file or a pipe.
    private const int WidthOfAPipe = 200;

    public static IAnsiConsole On(TextWriter output)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!isTerminal) console.Profile.Width = WidthOfAPipe;
        return console;
    }

    /// <summary>A table; columns whose name begins with ">" hold numbers and stand to the right.</summary>
    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var column in columns)
        {
            var isNumber = column.StartsWith('>');
            table.AddColumn(new TableColumn(new Text(column.TrimStart('>'))) { Alignment = isNumber ? Justify.Right : Justify.Left });
        }

        return table;
    }

    /// <summary>A row of plain text: nothing in it is markup, and nothing of it reaches the terminal as anything but letters.</summary>
    public static void Add(this Table table, params ReadOnlySpan<string?> cells)
    {
        var row = new Text[cells.Length];
        for (var i = 0; i < cells.Length; i++) row[i] = new Text(SafeText.Of(cells[i] ?? ""));
        table.AddRow(row);
    }
}
