using System.Buffers;
using System.Globalization;

namespace SafeLlm.Pacing;

/// <summary>
/// Reads what a provider's headers say about its own rate limits: OpenAI's <c>x-ratelimit-*</c> and Anthropic's
/// <c>anthropic-ratelimit-*</c> (<c>wire-formats.md</c> C.1, C.6). What is negative or cannot be read is "not said".
/// </summary>
internal static class RateHeaders
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> Number = SearchValues.Create("0123456789.");

    public static RateReading? Requests(Func<string, string?> header, DateTimeOffset now) =>
        Read(header, "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", now)
        ?? Read(header, "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset", now);

    public static RateReading? Tokens(Func<string, string?> header, DateTimeOffset now) =>
        Read(header, "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", now)
        ?? Read(header, "anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset", now);

    private static RateReading? Read(Func<string, string?> header, string limitName, string remainingName, string resetName, DateTimeOffset now)
    {
        if (Count(header(remainingName)) is not { } remaining || Reset(header(resetName), now) is not { } reset) return null;
        var limit = Math.Max(Count(header(limitName)) ?? remaining, remaining);
        // A limit of nothing would never let anybody through: whoever says it means that there is none.
        return limit == 0 ? null : new RateReading(limit, remaining, now + reset);
    }

    private static long? Count(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <summary>How long until a reset: seconds, a duration as Go writes it (<c>1h2m3.5s</c>, <c>12ms</c>), or an instant.</summary>
    public static TimeSpan? Reset(string? text, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)) return Within(seconds);
        if (text.Contains('T', StringComparison.Ordinal))
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? Within((at - now).TotalSeconds) : null;
        }

        return Within(GoSeconds(text));
    }

    private static double? GoSeconds(ReadOnlySpan<char> text)
    {
        var seconds = 0.0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept(Number);
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
            text = text[digits..];
            var letters = text.IndexOfAny(Digits);
            var unit = letters < 0 ? text : text[..letters];
            text = letters < 0 ? default : text[letters..];
            var factor = unit switch { "h" => 3_600, "m" => 60, "s" => 1, "ms" => 0.001, "us" or "µs" => 0.000_001, "ns" => 0.000_000_001, _ => -1 };
            if (factor < 0) return null;
            seconds += number * factor;
        }

        return seconds;
    }

    // A day is more than any caller waits; beyond that the number is no use, and may be no number.
    private static TimeSpan? Within(double? seconds) => seconds switch
    {
        null => null,
        <= 0 => TimeSpan.Zero,
        < 86_400 => TimeSpan.FromSeconds(seconds.Value),
        _ => null,
    };
}
