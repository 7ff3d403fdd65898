using System.CommandLine;
using System.Globalization;
using SafeLlm.Cli.Terminal;

namespace SafeLlm.Cli.Reports;

/// <summary><c>safellm report</c>: spending over time, from the journal of a store file.</summary>
internal static class ReportCommand
{
    private const int UsualDays = 30;
    private const int MostDays = 3_660;

    public static Command Create(TimeProvider time)
    {
        var (store, json) = (StoreArguments.Store(), StoreArguments.Json());
        var by = new Option<string>("--by") { Description = "What to add up by.", DefaultValueFactory = _ => "day" };
        by.AcceptOnlyFromAmong("day", "model", "scope");
        var from = new Option<string?>("--from") { Description = "The first day, such as 2027-06-01; 30 days up to the last one unless given." };
        var to = new Option<string?>("--to") { Description = "The last day; today unless given." };
        var zone = new Option<string>("--zone") { Description = "The time zone of the days, such as Europe/Berlin.", DefaultValueFactory = _ => "UTC" };
        var html = new Option<FileInfo?>("--html") { Description = "Write one page with charts, which loads nothing from elsewhere." };
        var command = new Command("report", "Shows what was spent, by day, model or scope.") { store, by, from, to, zone, html, json };
        command.SetAction((parsed, cancellation) => StoreCall.RunAsync(parsed.InvocationConfiguration.Error, async () =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var report = await ReadAsync(parsed.GetRequiredValue(store), parsed.GetValue(from), parsed.GetValue(to), parsed.GetRequiredValue(zone), time, cancellation);
            if (parsed.GetValue(html) is { } page)
            {
                await File.WriteAllTextAsync(page.FullName, ReportPage.Write(report, time.GetUtcNow()), cancellation);
                await output.WriteLineAsync($"The report is in {SafeText.Of(page.FullName)}.");
            }
            else if (parsed.GetValue(json))
            {
                await JsonOutput.WriteAsync(output, writer => ReportJson.Write(writer, report));
            }
            else
            {
                ReportTables.Draw(Screen.On(output), report, parsed.GetRequiredValue(by));
            }

            return 0;
        }));
        return command;
    }

    private static async Task<SpendingReport> ReadAsync(string store, string? from, string? to, string zoneName, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out var zone)) throw new ArgumentException($"The time zone \"{zoneName}\" is not known on this machine.");
        var last = to is null ? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).DateTime) : Day(to);
        var first = from is null ? last.AddDays(1 - UsualDays) : Day(from);
        if (first > last || last.DayNumber - first.DayNumber >= MostDays)
        {
            throw new ArgumentException($"A report is over 1 to {MostDays} days; from {first:yyyy-MM-dd} to {last:yyyy-MM-dd} is {last.DayNumber - first.DayNumber + 1}.");
        }

        var report = new SpendingReport(first, last, zone);
        using var view = StoreSource.View(store, time);
        await foreach (var line in view.ReadJournalAsync(Midnight(first, zone), Midnight(last.AddDays(1), zone), cancellationToken)) report.Add(line);
        return report;
    }

    private static DateOnly Day(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day
        : throw new FormatException($"\"{text}\" is no day such as 2027-06-01.");

    // The calendar of the limits: where midnight is skipped, the day starts with the skip.
    private static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone)
    {
        var noon = day.ToDateTime(new TimeOnly(12, 0));
        return new Limits.CalendarWindow(Limits.CalendarUnit.Day, zone, DayOfWeek.Monday).SpanAt(new DateTimeOffset(noon, zone.GetUtcOffset(noon))).Start;
    }
}
