using System.Collections.Frozen;
using System.Globalization;

namespace SafeLlm.Formats;

/// <summary>Reads a response's advice on trying again: from the status, the headers and the error's content.</summary>
internal static class RetryReader
{
    private static readonly FrozenSet<string> FatalCodes = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "billing_error",
        "context_length_exceeded",
        "invalid_api_key",
        "model_not_found",
        "content_filter",
        "content_policy_violation");

    private static readonly string[] Daily = ["per day", "(RPD)", "(TPD)", "daily"];

    /// <summary>What a response says about trying again.</summary>
    public static RetryAdvice Read(ResponseHead head, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var error = head.Status is >= 200 and < 300 && body.IsEmpty ? default : ErrorBody.Read(DecodedStart.Of(body, head.ContentEncoding), isAnswer: head.Status < 400);
        var kind = Kind(head, error);
        if (kind == RetryKind.None) return new(RetryKind.None, null, null);
        return new(kind, RetryHeaders.Read(head, now) ?? InBody(error) ?? RetryHeaders.ReadResets(head, now), error.Code);
    }

    private static RetryKind Kind(ResponseHead head, in ErrorBody error)
    {
        if (head.Status < 400 && !error.HasError) return RetryKind.None;
        if (IsFatal(error)) return RetryKind.Fatal;
        var should = head.Header("x-should-retry");
        if (string.Equals(should, "false", StringComparison.OrdinalIgnoreCase)) return RetryKind.Fatal;
        if (head.Status < 400) return IsPassing(error.Code) ? RetryKind.PossiblyBilled : RetryKind.Fatal;
        if (head.Status is 429 or 503) return RetryKind.Unbilled;
        if (head.Status is 408 or 409 or >= 500) return RetryKind.PossiblyBilled;
        return string.Equals(should, "true", StringComparison.OrdinalIgnoreCase) ? RetryKind.PossiblyBilled : RetryKind.Fatal;
    }

    private static bool IsFatal(in ErrorBody error)
    {
        if (error.IsDailyQuota || (error.Code is { } code && FatalCodes.Contains(code))) return true;
        return error.Message is { } message && Array.Exists(Daily, word => message.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Errors inside a 200, where no status tells.</summary>
    private static bool IsPassing(string? code) =>
        code is not null
        && (code.Contains("overloaded", StringComparison.OrdinalIgnoreCase)
            || code.Contains("rate_limit", StringComparison.OrdinalIgnoreCase)
            || code.Contains("server_error", StringComparison.OrdinalIgnoreCase)
            || code.Contains("unavailable", StringComparison.OrdinalIgnoreCase)
            || code.Contains("exhausted", StringComparison.OrdinalIgnoreCase)
            || code.Contains("timeout", StringComparison.OrdinalIgnoreCase)
            || code is "api_error"
            || (int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is 408 or 409 or 429 or (>= 500 and < 600)));

    private static TimeSpan? InBody(in ErrorBody error) =>
        error.RetryDelay is { } delay && GoDuration.Parse(delay, isWhole: true) is { } wait ? wait : RetrySentence.Find(error.Message);
}
