using Microsoft.AspNetCore.Http;

namespace SafeLlm.AspNetCore;

/// <summary>The status of a refusal, and when it says to come back.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="RetryAfterSeconds">The value of Retry-After; null for none.</param>
/// <param name="ResetsAt">The instant at which there is room; null where that is unknown or never.</param>
internal readonly record struct RefusalAnswer(int Status, int? RetryAfterSeconds, DateTimeOffset? ResetsAt)
{
    // A store that failed, or room that hangs on calls under way: soon, and nobody knows when.
    private const int Soon = 1;

    public static RefusalAnswer Of(Refusal refusal, DateTimeOffset now, TimeSpan cap)
    {
        var status = refusal.Code.Status();
        if (status == StatusCodes.Status503ServiceUnavailable) return new(status, refusal.RoomAt is { } open ? Seconds(open - now) : Soon, null);
        if (refusal.Code is not (RefusalCode.RateLimited or RefusalCode.BudgetExceeded)) return new(status, null, null);
        if (refusal.Denials.Any(LimitRefusal.IsNever)) return new(StatusCodes.Status402PaymentRequired, null, null);
        // A stranger's network that has to wait: the same answer each time, and Retry-After says how long.
        if (refusal.Denials.Count == 0 && refusal.RoomAt is { } calm && calm - now <= cap) return new(status, Seconds(calm - now), null);
        if (refusal.RoomAt is not { } roomAt) return new(StatusCodes.Status429TooManyRequests, Soon, null);

        // Model SDKs sleep for whatever Retry-After says, 40,000 s included, and stop at once on 402 (design §8).
        var wait = roomAt - now;
        return wait <= cap
            ? new(StatusCodes.Status429TooManyRequests, Seconds(wait), roomAt)
            : new(StatusCodes.Status402PaymentRequired, null, roomAt);
    }

    private static int Seconds(TimeSpan wait) => Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
}
