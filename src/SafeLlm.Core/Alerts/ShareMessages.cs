using SafeLlm.Limits;

namespace SafeLlm.Alerts;

/// <summary>The article's messages: "50% of daily budget consumed", "Daily budget exhausted"; the like for other windows and dimensions.</summary>
internal static class ShareMessages
{
    public static string Of(Limit limit, int percent)
    {
        var what = $"{Period(limit.Window)} {Noun(limit.Dimension)}";
        return percent >= 100
            ? FormattableString.Invariant($"{char.ToUpperInvariant(what[0])}{what[1..]} exhausted")
            : FormattableString.Invariant($"{percent}% of {what} consumed");
    }

    private static string Period(Window? window) => window switch
    {
        CalendarWindow { Unit: CalendarUnit.Hour } => "hourly",
        CalendarWindow { Unit: CalendarUnit.Day } => "daily",
        CalendarWindow { Unit: CalendarUnit.Week } => "weekly",
        CalendarWindow { Unit: CalendarUnit.Month } => "monthly",
        RollingWindow rolling => FormattableString.Invariant($"rolling ({rolling.Length:g})"),
        _ => "present",
    };

    private static string Noun(Dimension dimension) => dimension switch
    {
        Dimension.Dollars => "budget",
        Dimension.Requests => "request limit",
        Dimension.InputTokens => "input token limit",
        Dimension.OutputTokens => "output token limit",
        _ => "token limit",
    };
}
