namespace SafeLlm.Limits;

/// <summary>How much of what: a limit that still lacks its window.</summary>
public readonly struct LimitAmount
{
    private readonly Dimension dimension;
    private readonly long cap;

    internal LimitAmount(Dimension dimension, long cap)
    {
        this.dimension = dimension;
        this.cap = cap;
    }

    /// <summary>In any 60 seconds.</summary>
    public Limit PerMinute() => Per(Window.Rolling(TimeSpan.FromMinutes(1)));

    /// <summary>In any 60 minutes.</summary>
    public Limit PerHour() => Per(Window.Rolling(TimeSpan.FromHours(1)));

    /// <summary>In a calendar day.</summary>
    /// <param name="zone">The time zone; UTC unless given.</param>
    public Limit PerDay(TimeZoneInfo? zone = null) => Per(Window.Calendar(CalendarUnit.Day, zone));

    /// <summary>In a calendar week that starts on Monday.</summary>
    /// <param name="zone">The time zone; UTC unless given.</param>
    public Limit PerWeek(TimeZoneInfo? zone = null) => Per(Window.Calendar(CalendarUnit.Week, zone));

    /// <summary>In a calendar month.</summary>
    /// <param name="zone">The time zone; UTC unless given.</param>
    public Limit PerMonth(TimeZoneInfo? zone = null) => Per(Window.Calendar(CalendarUnit.Month, zone));

    /// <summary>In a window.</summary>
    public Limit Per(Window window) => new(Limit.AppScope, dimension, window, cap);
}
