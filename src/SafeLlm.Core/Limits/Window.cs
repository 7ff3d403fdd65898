namespace SafeLlm.Limits;

/// <summary>The stretch of time over which a limit counts.</summary>
public abstract record Window
{
    private protected Window()
    {
    }

    /// <summary>The last <paramref name="length"/>, always moving on.</summary>
    public static Window Rolling(TimeSpan length) => new RollingWindow(length);

    /// <summary>A unit of the calendar in a time zone.</summary>
    /// <param name="unit">Hour, day, week or month.</param>
    /// <param name="zone">The time zone; UTC unless given.</param>
    /// <param name="firstDay">The day on which a week starts.</param>
    public static Window Calendar(CalendarUnit unit, TimeZoneInfo? zone = null, DayOfWeek firstDay = DayOfWeek.Monday) =>
        new CalendarWindow(unit, zone ?? TimeZoneInfo.Utc, firstDay);
}
