using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.Tests.Ledgers;

/// <summary>The limits that random programs use: every dimension, every kind of window, scopes with one limit and with several.</summary>
public static class SpecifiedLimits
{
    /// <summary>How many there are.</summary>
    public const int Count = 9;

    /// <summary>New limits, with caps that some ten attempts fill.</summary>
    public static Limit[] Create() =>
    [
        Limit.Tokens(240).PerMinute(),
        Limit.Tokens(150).Per(Window.Rolling(TimeSpan.FromMilliseconds(7_301))).For("user:7"),
        Limit.Requests(12).PerHour().For("key:k"),
        Limit.Dollars(4m).PerDay(Zone("Europe/Berlin")),
        Limit.OutputTokens(160).Per(Window.Calendar(CalendarUnit.Hour, Zone("Australia/Lord_Howe"))).For("user:7").WithSoftLimits(SoftLimits.At(75)),
        Limit.Dollars(9m).Per(Window.Calendar(CalendarUnit.Week, Zone("America/New_York"), DayOfWeek.Sunday)).For("key:k")
            .WithSoftLimits(SoftLimits.Of(new SoftLimit(30, AlertSeverity.Warning), new SoftLimit(60, AlertSeverity.Critical, "More than half."), new SoftLimit(100, AlertSeverity.Limit))),
        Limit.Tokens(900).PerMonth().For("tier:free").WithSoftLimits(SoftLimits.Article),
        Limit.ConcurrentCalls(4),
        Limit.InputTokens(400).Per(Window.Rolling(TimeSpan.FromDays(2))).For("network:203.0.113.0/24").WithSoftLimits(SoftLimits.At(50, 100)),
    ];

    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.FindSystemTimeZoneById(id);
}
