using System.Globalization;
using SafeLlm.Cli.Terminal;
using Spectre.Console;

namespace SafeLlm.Cli.Reports;

/// <summary>A report for the terminal.</summary>
internal static class ReportTables
{
    private const int WidthOfBars = 24;

    public static void Draw(IAnsiConsole console, SpendingReport report, string by)
    {
        var lines = by switch
        {
            "model" => report.Models,
            "scope" => report.Scopes,
            _ => [.. report.Days.Where(day => day.Attempts > 0)],
        };
        var table = Screen.Table(by, ">dollars", "", ">expected", ">input tokens", ">output tokens", ">calls", ">attempts", ">unreported", ">overruns");
        var dearest = lines.Count == 0 ? 0 : lines.Max(line => line.Dollars);
        foreach (var line in lines) Add(table, line, dearest);
        if (by != "scope") Add(table, report.All, 0);
        table.Title = new TableTitle(Markup.Escape($"{report.First} to {report.Last}, days in {SafeText.Of(report.Zone)}"));
        console.Write(table);
        if (by == "scope") console.Write(new Text("An attempt counts in full for each of its scopes: they do not add up.\n"));
        foreach (var action in report.Actions)
        {
            console.Write(new Text(SafeText.Of($"{action.At:yyyy-MM-dd HH:mm} UTC  {action.Operator}: {action.Action}") + "\n"));
        }
    }

    private static void Add(Table table, Spending line, decimal dearest) => table.Add(
        line.Name,
        Dollars(line.Dollars),
        new string('█', dearest == 0 ? 0 : (int)Math.Round(line.Dollars / dearest * WidthOfBars)),
        Dollars(line.Expected),
        Number(line.InputTokens),
        Number(line.OutputTokens),
        Number(line.Calls),
        Number(line.Attempts),
        Number(line.Unreported),
        Number(line.Overruns));

    // As many places for all, so that they stand under one another.
    internal static string Dollars(decimal amount) => amount.ToString("$#,0.000000", CultureInfo.InvariantCulture);

    internal static string Sum(decimal amount) => amount.ToString(amount >= 1 ? "$#,0.00" : "$0.00####", CultureInfo.InvariantCulture);

    internal static string Number(decimal amount) => amount.ToString("#,0", CultureInfo.InvariantCulture);
}
