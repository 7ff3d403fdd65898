using System.Text.Json;

namespace SafeLlm.Cli.Reports;

/// <summary>A report for programs: the terminal's <c>--json</c>, and the data that the page's charts are drawn from.</summary>
internal static class ReportJson
{
    private const int MostInAChart = 8;

    public static void Write(Utf8JsonWriter writer, SpendingReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("from", report.First);
        writer.WriteString("to", report.Last);
        writer.WriteString("zone", report.Zone);
        writer.WritePropertyName("all");
        Write(writer, report.All, report.All.Name);
        List(writer, "days", report.Days);
        List(writer, "models", report.Models);
        List(writer, "scopes", report.Scopes);
        writer.WriteStartArray("operatorActions");
        foreach (var action in report.Actions)
        {
            writer.WriteStartObject();
            writer.WriteString("at", action.At);
            writer.WriteString("operator", action.Operator);
            writer.WriteString("action", action.Action);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>What the page's charts show: the dearest models, each by day, and the rest together.</summary>
    public static void WriteCharts(Utf8JsonWriter writer, SpendingReport report, Func<string, string> show)
    {
        var (days, models) = (report.Days, report.Models);
        writer.WriteStartObject();
        writer.WriteStartArray("days");
        foreach (var day in days) writer.WriteStringValue(day.Name);
        writer.WriteEndArray();
        writer.WriteStartArray("series");
        foreach (var model in models.Take(MostInAChart)) Series(writer, show(model.Name), days.Select(day => report.DollarsOf(day.Name, model.Name)));
        if (models.Count > MostInAChart)
        {
            Series(writer, $"{models.Count - MostInAChart} others", days.Select(day => day.Dollars - models.Take(MostInAChart).Sum(model => report.DollarsOf(day.Name, model.Name))));
        }

        writer.WriteEndArray();
        Bars(writer, "models", models, show);
        Bars(writer, "scopes", report.Scopes, show);
        writer.WriteEndObject();
    }

    private static void Series(Utf8JsonWriter writer, string name, IEnumerable<decimal> values)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteStartArray("dollars");
        foreach (var value in values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Bars(Utf8JsonWriter writer, string name, IReadOnlyList<Spending> lines, Func<string, string> show)
    {
        writer.WriteStartArray(name);
        foreach (var line in lines.Take(MostInAChart))
        {
            writer.WriteStartObject();
            writer.WriteString("name", show(line.Name));
            writer.WriteNumber("dollars", line.Dollars);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void List(Utf8JsonWriter writer, string name, IReadOnlyList<Spending> lines)
    {
        writer.WriteStartArray(name);
        foreach (var line in lines) Write(writer, line, line.Name);
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, Spending line, string name)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteNumber("dollars", line.Dollars);
        writer.WriteNumber("expectedDollars", line.Expected);
        writer.WriteNumber("heldDollars", line.Held);
        writer.WriteNumber("inputTokens", line.InputTokens);
        writer.WriteNumber("outputTokens", line.OutputTokens);
        writer.WriteNumber("calls", line.Calls);
        writer.WriteNumber("attempts", line.Attempts);
        writer.WriteNumber("unreported", line.Unreported);
        writer.WriteNumber("overruns", line.Overruns);
        writer.WriteEndObject();
    }
}
