using System.Globalization;
using Spectre.Console;

namespace SafeLlm.Cli.Scan.Reports;

/// <summary>The findings for people: by file, a line each.</summary>
internal static class TableReport
{
    public static void Write(TextWriter output, ScanResult result)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (Console.IsOutputRedirected) console.Profile.Width = 200;
        if (!result.Active.Any()) return;
        var table = new Table().Border(TableBorder.Simple).AddColumn("rule").AddColumn("place").AddColumn("what");
        foreach (var finding in result.Active)
        {
            table.AddRow(
                Markup.Escape(finding.Rule),
                Markup.Escape(finding.File + ":" + finding.Line.ToString(CultureInfo.InvariantCulture)),
                Markup.Escape(finding.Message));
        }

        console.Write(table);
    }
}
