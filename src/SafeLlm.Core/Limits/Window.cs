namespace SafeLlm.Limits;

/// <summary>The stretch of time over which a limit counts.</summary>
public abstract record Window
{
    private protected Window()
    {
    }

    /// <summary>
    /// The window's name, the same for equal windows: <c>day@UTC</c>, <c>week-monday@Europe/Berlin</c>, <c>rolling@01:00:00</c>.
    /// <see cref="Parse"/> reads it.
    /// </summary>
    public abstract string Name { get; }

    /// <summary>
    /// The run that contains an instant: this day, this month. A rolling window has no runs of its own; for what happens once a
    /// window, time is cut into stretches of its length, from the year 1 on.
    /// </summary>
    public abstract WindowSpan SpanAt(DateTimeOffset instant);

    /// <summary>Reads a <see cref="Name"/>.</summary>
    /// <exception cref="FormatException">It is none, or its time zone is not known on this machine.</exception>
    public static Window Parse(string name) => WindowNames.Parse(name);

    /// <summary>The last <paramref name="length"/>, always moving on.</summary>
    public static Window Rolling(TimeSpan length) => new RollingWindow(length);

    /// <summary>A unit of the calendar in a time zone.</summary>
    /// <param name="unit">Hour, day, week or month.</param>
    /// <param name="zone">The time zone; UTC unless given.</param>
    /// <param name="firstDay">The day on which a week starts.</param>
    public static Window Calendar(CalendarUnit unit, TimeZoneInfo? zone = null, DayOfWeek firstDay = DayOfWeek.Monday) =>
        new CalendarWindow(unit, zone ?? TimeZoneInfo.Utc, firstDay);
}
