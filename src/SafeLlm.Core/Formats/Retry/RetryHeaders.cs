using System.Globalization;

namespace SafeLlm.Formats;

/// <summary>The headers by which providers say how long to wait. All are read by the invariant culture.</summary>
internal static class RetryHeaders
{
    // Unix seconds and milliseconds of any year that matters; below, a number is a duration.
    private const double LeastInstant = 1e9;
    private const double LeastInstantInMilliseconds = 1e12;

    // The three forms of HTTP dates (RFC 9110, 5.6.7) and RFC 3339. Nothing looser: a bare "12:30" would be taken for one of today,
    // by another clock than the caller's.
    private static readonly string[] Dates =
    [
        "ddd, dd MMM yyyy HH:mm:ss 'GMT'", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy",
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    private static readonly (string Remaining, string Reset)[] Resets =
    [
        ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
        ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
        ("x-ratelimit-remaining-project-tokens", "x-ratelimit-reset-project-tokens"),
        ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
        ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
        ("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"),
        ("anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"),
        ("anthropic-ratelimit-unified-remaining", "anthropic-ratelimit-unified-reset"),
        ("x-ratelimitbysize-remaining-minute", "ratelimitbysize-reset"),
        ("x-ratelimit-remaining", "x-ratelimit-reset"),
    ];

    /// <summary>The headers that say it outright; milliseconds first, as they are the more exact.</summary>
    public static TimeSpan? Read(ResponseHead head, DateTimeOffset now) =>
        Milliseconds(head.Header("retry-after-ms")) ?? Milliseconds(head.Header("x-ms-retry-after-ms")) ?? RetryAfter(head.Header("retry-after"), now);

    /// <summary>
    /// When used-up rates are whole again: the latest of those with nothing left, and where no header says what is left, the
    /// latest of all.
    /// </summary>
    public static TimeSpan? ReadResets(ResponseHead head, DateTimeOffset now)
    {
        TimeSpan? usedUp = null;
        TimeSpan? any = null;
        var knowsRemaining = false;
        foreach (var (remaining, reset) in Resets)
        {
            var left = head.Header(remaining);
            knowsRemaining |= left is not null;
            if (Reset(head.Header(reset), now) is not { } wait) continue;
            if (left?.Trim() == "0") usedUp = Later(usedUp, wait);
            any = Later(any, wait);
        }

        return usedUp ?? (knowsRemaining ? null : any);
    }

    private static TimeSpan Later(TimeSpan? a, TimeSpan b) => a > b ? a.Value : b;

    private static TimeSpan? Milliseconds(string? value) =>
        value is not null && TryNumber(value, out var milliseconds) ? GoDuration.FromSeconds(milliseconds / 1000) : null;

    private static TimeSpan? RetryAfter(string? value, DateTimeOffset now)
    {
        if (value is null) return null;
        if (TryNumber(value, out var seconds)) return GoDuration.FromSeconds(seconds);
        return TryDate(value, out var instant) ? Until(instant, now) : null;
    }

    private static TimeSpan? Reset(string? value, DateTimeOffset now)
    {
        if (value is null) return null;
        if (TryNumber(value, out var number))
        {
            if (number >= LeastInstantInMilliseconds) return FromUnix(number / 1000, now);
            return number >= LeastInstant ? FromUnix(number, now) : GoDuration.FromSeconds(number);
        }

        return GoDuration.Parse(value, isWhole: true) ?? (TryDate(value, out var instant) ? Until(instant, now) : null);
    }

    private static TimeSpan? FromUnix(double seconds, DateTimeOffset now) =>
        GoDuration.FromSeconds(Math.Max(0, seconds - (now.ToUnixTimeMilliseconds() / 1000d)));

    private static TimeSpan? Until(DateTimeOffset instant, DateTimeOffset now) => instant <= now ? TimeSpan.Zero : GoDuration.FromSeconds((instant - now).TotalSeconds);

    private static bool TryNumber(string value, out double number) =>
        double.TryParse(value.AsSpan().Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static bool TryDate(string value, out DateTimeOffset instant) =>
        DateTimeOffset.TryParseExact(value, Dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out instant);
}
