using System.Collections.Concurrent;
using System.Globalization;
using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>A window as the file names it: <c>rolling 36000000000</c> (ticks), <c>day Europe/Berlin</c>, <c>week Monday UTC</c>; empty for none.</summary>
internal static class WindowText
{
    // A zone that the program made itself is known by its id while the program runs.
    private static readonly ConcurrentDictionary<string, TimeZoneInfo> Zones = new(StringComparer.Ordinal);

    public static string Of(Window? window) => window switch
    {
        RollingWindow rolling => string.Create(CultureInfo.InvariantCulture, $"rolling {rolling.Length.Ticks}"),
        CalendarWindow { Unit: CalendarUnit.Week } week => $"week {week.FirstDay} {Known(week.Zone)}",
        CalendarWindow calendar => $"{Name(calendar.Unit)} {Known(calendar.Zone)}",
        _ => "",
    };

    /// <summary>The window of a name; null where it is none, or its zone is not known here.</summary>
    public static Window? Parse(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
        {
            return null;
        }

        var (kind, rest) = (text[..space], text[(space + 1)..]);
        if (kind == "rolling")
        {
            return long.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks >= TimeSpan.TicksPerSecond && ticks <= TimeSpan.FromDays(366).Ticks
                ? Window.Rolling(new TimeSpan(ticks))
                : null;
        }

        var firstDay = DayOfWeek.Monday;
        if (kind == "week" && rest.IndexOf(' ', StringComparison.Ordinal) is > 0 and var second)
        {
            if (!Enum.TryParse(rest[..second], out firstDay))
            {
                return null;
            }

            rest = rest[(second + 1)..];
        }

        return Enum.TryParse<CalendarUnit>(kind, ignoreCase: true, out var unit) && Zone(rest) is { } zone ? Window.Calendar(unit, zone, firstDay) : null;
    }

    private static string Name(CalendarUnit unit) => unit switch
    {
        CalendarUnit.Hour => "hour",
        CalendarUnit.Day => "day",
        CalendarUnit.Week => "week",
        _ => "month",
    };

    private static string Known(TimeZoneInfo zone)
    {
        _ = Zones.TryAdd(zone.Id, zone);
        return zone.Id;
    }

    private static TimeZoneInfo? Zone(string id) =>
        Zones.TryGetValue(id, out var known) || TimeZoneInfo.TryFindSystemTimeZoneById(id, out known) ? known : null;
}
