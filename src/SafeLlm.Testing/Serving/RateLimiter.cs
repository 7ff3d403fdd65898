using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace SafeLlm.Testing;

/// <summary>Counts requests against a limit, by the double's clock, and tells what is left.</summary>
internal sealed class RateLimiter
{
    private readonly ProviderRateLimit limit;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private double left;
    private DateTimeOffset at;

    public RateLimiter(ProviderRateLimit limit, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit.Requests, 1, nameof(limit));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit.Per, TimeSpan.Zero, nameof(limit));
        (this.limit, this.time, left, at) = (limit, time, limit.Requests, time.GetUtcNow());
    }

    /// <summary>Takes one request. An error where there is none left.</summary>
    public ProviderError? Take(IHeaderDictionary headers, bool asAnthropic)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            Refill(now);
            var isRefused = left < 1;
            if (!isRefused) left--;
            var each = limit.Per / limit.Requests;
            var full = limit.RefillsSteadily ? each * (limit.Requests - left) : at + limit.Per - now;
            Tell(headers, asAnthropic, full, now);
            if (!isRefused) return null;

            var wait = limit.RefillsSteadily ? each * (1 - left) : full;
            headers["retry-after"] = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return new ProviderError(ProviderErrorKind.RateLimited, 429, "Rate limit reached for requests. Please try again later.");
        }
    }

    private void Refill(DateTimeOffset now)
    {
        if (limit.RefillsSteadily)
        {
            left = Math.Min(limit.Requests, left + ((now - at) / limit.Per * limit.Requests));
            at = now;
        }
        else if (now - at >= limit.Per)
        {
            (left, at) = (limit.Requests, now);
        }
    }

    private void Tell(IHeaderDictionary headers, bool asAnthropic, TimeSpan full, DateTimeOffset now)
    {
        var (most, remaining) = (limit.Requests.ToString(CultureInfo.InvariantCulture), Math.Floor(left).ToString(CultureInfo.InvariantCulture));
        if (asAnthropic)
        {
            headers["anthropic-ratelimit-requests-limit"] = most;
            headers["anthropic-ratelimit-requests-remaining"] = remaining;
            headers["anthropic-ratelimit-requests-reset"] = (now + full).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            return;
        }

        headers["x-ratelimit-limit-requests"] = most;
        headers["x-ratelimit-remaining-requests"] = remaining;
        headers["x-ratelimit-reset-requests"] = string.Create(CultureInfo.InvariantCulture, $"{full.TotalMilliseconds:0}ms");
    }
}
