using System.Buffers;
using System.Globalization;

namespace SafeLlm.Formats;

/// <summary>
/// Durations as providers write them: Go's (<c>6m0s</c>, <c>1h2m3.5s</c>, <c>12ms</c>), with words (<c>51 seconds</c>), or a
/// bare number of seconds. Always invariant.
/// </summary>
internal static class GoDuration
{
    // Longer waits are no advice; and TimeSpan must not overflow.
    private const double MostSeconds = 366d * 24 * 3600;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly (string Unit, double Seconds)[] Units =
    [
        ("milliseconds", 0.001), ("millisecond", 0.001), ("ms", 0.001), ("us", 1e-6), ("\u00b5s", 1e-6), ("ns", 1e-9),
        ("minutes", 60), ("minute", 60), ("mins", 60), ("min", 60), ("m", 60),
        ("hours", 3600), ("hour", 3600), ("h", 3600), ("days", 86400), ("day", 86400), ("d", 86400),
        ("seconds", 1), ("second", 1), ("secs", 1), ("sec", 1), ("s", 1),
    ];

    /// <summary>The duration at the start of a text; null where there is none or a negative one. A number alone is seconds.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isWhole">Whether nothing may follow.</param>
    public static TimeSpan? Parse(ReadOnlySpan<char> text, bool isWhole)
    {
        text = text.Trim();
        double seconds = 0;
        var parts = 0;
        while (TakeNumber(ref text, out var number))
        {
            var unit = TakeUnit(ref text);
            if (unit == 0 && (parts > 0 || (isWhole && !text.IsEmpty))) return null;
            seconds += number * (unit == 0 ? 1 : unit);
            parts++;
            if (unit == 0) break;
        }

        if (parts == 0 || (isWhole && !text.IsEmpty)) return null;
        return FromSeconds(seconds);
    }

    /// <summary>A number of seconds as a duration; null where it is negative or no number.</summary>
    public static TimeSpan? FromSeconds(double seconds) =>
        !double.IsFinite(seconds) || seconds < 0 ? null : TimeSpan.FromSeconds(Math.Min(seconds, MostSeconds));

    private static bool TakeNumber(ref ReadOnlySpan<char> text, out double number)
    {
        var length = text.IndexOfAnyExcept(Digits);
        if (length < 0) length = text.Length;
        // "try again in 20s." ends a sentence
        while (length > 0 && text[length - 1] == '.') length--;
        number = 0;
        if (length == 0 || !double.TryParse(text[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)) return false;
        text = text[length..];
        return true;
    }

    private static double TakeUnit(ref ReadOnlySpan<char> text)
    {
        var rest = text.TrimStart(' ');
        foreach (var (unit, seconds) in Units)
        {
            if (!rest.StartsWith(unit, StringComparison.OrdinalIgnoreCase)) continue;
            // "5 money" is no five minutes
            if (unit.Length < rest.Length && char.IsAsciiLetter(rest[unit.Length])) continue;
            text = rest[unit.Length..];
            return seconds;
        }

        return 0;
    }
}
