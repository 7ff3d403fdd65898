using System.Globalization;

namespace SafeLlm.Limits;

/// <summary>Names of windows, for stores, journals and command lines.</summary>
internal static class WindowNames
{
    private const string Rolling = "rolling";

    public static string Of(RollingWindow window) => string.Create(CultureInfo.InvariantCulture, $"{Rolling}@{window.Length:c}");

    public static string Of(CalendarWindow window)
    {
        var unit = window.Unit.ToString().ToLowerInvariant();
        return window.Unit == CalendarUnit.Week
            ? $"{unit}-{window.FirstDay.ToString().ToLowerInvariant()}@{window.Zone.Id}"
            : $"{unit}@{window.Zone.Id}";
    }

    public static Window Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var at = name.IndexOf('@', StringComparison.Ordinal);
        var (kind, rest) = at < 0 ? (name, "UTC") : (name[..at], name[(at + 1)..]);
        if (kind == Rolling)
        {
            return TimeSpan.TryParseExact(rest, "c", CultureInfo.InvariantCulture, out var length)
                ? Window.Rolling(length)
                : throw new FormatException($"\"{rest}\" is no length of time. Write a rolling window as rolling@01:00:00 or rolling@7.00:00:00.");
        }

        var dash = kind.IndexOf('-', StringComparison.Ordinal);
        var firstDay = DayOfWeek.Monday;
        if (!IsNamed(dash < 0 ? kind : kind[..dash], out CalendarUnit unit) || (dash >= 0 && (unit != CalendarUnit.Week || !IsNamed(kind[(dash + 1)..], out firstDay))))
        {
            throw new FormatException($"\"{name}\" is no window. Write hour@UTC, day@Europe/Berlin, week-monday@UTC, month@UTC or rolling@01:00:00.");
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(rest, out var zone)
            ? Window.Calendar(unit, zone, firstDay)
            : throw new FormatException($"The time zone \"{rest}\" of the window \"{name}\" is not known on this machine.");
    }

    // Names only: a number is a valid enum to the parser, and no unit to people.
    private static bool IsNamed<T>(string name, out T value)
        where T : struct, Enum
    {
        value = default;
        return name.Length > 0 && char.IsAsciiLetter(name[0]) && Enum.TryParse(name, ignoreCase: true, out value) && Enum.IsDefined(value);
    }
}
