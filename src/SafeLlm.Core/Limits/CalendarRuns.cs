namespace SafeLlm.Limits;

/// <summary>Where the runs of calendar windows start and end. Everything is in ticks of UTC unless it says local.</summary>
internal static class CalendarRuns
{
    // No zone was ever further than this from UTC (TimeZoneInfo refuses more).
    private static readonly long FurthestOffset = TimeSpan.FromHours(14).Ticks;

    public static CalendarWindow.Run RunAt(CalendarWindow window, long instant) =>
        window.Unit == CalendarUnit.Hour ? HourAt(window.Zone, instant) : DaysAt(window, instant);

    private static CalendarWindow.Run DaysAt(CalendarWindow window, long instant)
    {
        var first = FirstDate(window, new DateTime(instant + Offset(window.Zone, instant)).Date);
        var start = Begin(window.Zone, first);
        if (start > instant)
        {
            // The clocks went back over midnight, and this is the day before for the second time: it stays with the run that has begun.
            return new CalendarWindow.Run(Begin(window.Zone, FirstDate(window, first.AddDays(-1))), start);
        }

        var next = Next(window, first);
        var end = Begin(window.Zone, next);
        return end > instant
            ? new CalendarWindow.Run(start, end)
            : new CalendarWindow.Run(end, Begin(window.Zone, Next(window, next)));
    }

    private static DateTime FirstDate(CalendarWindow window, DateTime date) => window.Unit switch
    {
        CalendarUnit.Day => date,
        CalendarUnit.Week => date.AddDays(-(((int)date.DayOfWeek - (int)window.FirstDay + 7) % 7)),
        CalendarUnit.Month => new DateTime(date.Year, date.Month, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(window), window.Unit, "There is no such unit of the calendar."),
    };

    private static DateTime Next(CalendarWindow window, DateTime first) => window.Unit switch
    {
        CalendarUnit.Day => first.AddDays(1),
        CalendarUnit.Week => first.AddDays(7),
        _ => first.AddMonths(1),
    };

    // The first instant at which local clocks show this midnight or something later. Found by looking from where it cannot
    // have come yet: skipped, doubled and moved midnights then need no rules of their own.
    private static long Begin(TimeZoneInfo zone, DateTime midnight)
    {
        var before = midnight.Ticks - FurthestOffset - 1;
        var reached = before;
        do
        {
            before = reached;
            reached += TimeSpan.TicksPerHour;
        }
        while (reached + Offset(zone, reached) < midnight.Ticks);
        return FirstWhere(before, reached, t => t + Offset(zone, t) >= midnight.Ticks);
    }

    // Full local hours. Where a zone shifts by less than an hour, the shift itself cuts too.
    private static CalendarWindow.Run HourAt(TimeZoneInfo zone, long instant)
    {
        var past = Past(zone, instant);
        var start = instant - Modulo(instant + past);
        var end = start + TimeSpan.TicksPerHour;
        if (Past(zone, start) != past)
        {
            start = FirstWhere(start, instant, t => Past(zone, t) == past);
        }

        if (Past(zone, end - 1) != past)
        {
            end = FirstWhere(instant, end - 1, t => Past(zone, t) != past);
        }

        return new CalendarWindow.Run(start, end);
    }

    private static long Past(TimeZoneInfo zone, long instant) => Modulo(Offset(zone, instant));

    private static long Modulo(long ticks) => ((ticks % TimeSpan.TicksPerHour) + TimeSpan.TicksPerHour) % TimeSpan.TicksPerHour;

    private static long FirstWhere(long not, long yes, Func<long, bool> holds)
    {
        while (yes - not > 1)
        {
            var middle = not + ((yes - not) / 2);
            (not, yes) = holds(middle) ? (not, middle) : (middle, yes);
        }

        return yes;
    }

    private static long Offset(TimeZoneInfo zone, long instant) => zone.GetUtcOffset(new DateTime(instant, DateTimeKind.Utc)).Ticks;
}
