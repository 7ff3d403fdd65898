using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore;

/// <summary>
/// The fields RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers): what a caller's own limits are and what is left of
/// them. They are structured fields of integers, so money stands in whole cents, rounded down.
/// </summary>
internal static class RateLimitFields
{
    private const long NanosPerCent = 10_000_000;

    private const string Tenant = "tenant:";

    /// <summary>The policy of a tier's limits, the same for each of its callers; null where no limit has a window.</summary>
    /// <param name="own">The limits that each caller has for itself.</param>
    /// <param name="ofTenant">Those that it has together with its tenant's others.</param>
    public static string? Policy(IEnumerable<Limit> own, IEnumerable<Limit> ofTenant)
    {
        var text = new StringBuilder();
        foreach (var limit in own.Concat(ofTenant.Select(limit => limit.For(Tenant))))
        {
            if (Seconds(limit.Window) is not { } seconds) continue;
            Next(text).Append(CultureInfo.InvariantCulture, $"\"{Name(limit)}\";q={Amount(limit, limit.Cap)};w={seconds}");
            if (limit.Dimension != Dimension.Requests) text.Append(";qu=\"").Append(Unit(limit.Dimension)).Append('"');
        }

        return text.Length == 0 ? null : text.ToString();
    }

    /// <summary>Sets both fields, with what is left once this call has taken its amounts.</summary>
    public static void Set(IHeaderDictionary headers, IncomingCall call, in Amounts taken)
    {
        if (call.Tier?.RateLimitPolicy(call.Key) is not { } policy) return;
        var fields = call.Limits.Fields;
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[512]);
        for (var i = 0; i < call.States.Count; i++)
        {
            // States stand in the order of their limits.
            if (fields[i] is not { } beginning) continue;
            var state = call.States[i];
            var limit = state.Limit;
            if (!text.Text.IsEmpty) text.AppendLiteral(", ");
            text.AppendLiteral(beginning);
            text.AppendFormatted(Amount(limit, Math.Max(0, state.Free - taken.In(limit.Dimension))));
            text.AppendLiteral(";t=");
            text.AppendFormatted((state.ResetsAt ?? state.RoomAt) is { } at ? (long)Math.Ceiling(Math.Max(0, (at - call.Now).TotalSeconds)) : Seconds(limit.Window)!.Value);
        }

        var value = text.ToStringAndClear();
        if (value.Length == 0) return;
        headers["RateLimit-Policy"] = policy;
        headers["RateLimit"] = value;
    }

    /// <summary>How a limit begins in RateLimit; null for what has no window, and for what is not its caller's own.</summary>
    public static string? Beginning(Limit limit) =>
        Seconds(limit.Window) is not null && LimitRefusal.IsOwn(limit.Scope) ? $"\"{Name(limit)}\";r=" : null;

    private static StringBuilder Next(StringBuilder text) => text.Length == 0 ? text : text.Append(", ");

    // Two limits of one kind need two names.
    private static string Name(Limit limit) => $"{(limit.Scope.StartsWith(Tenant, StringComparison.Ordinal) ? "tenant-" : "")}{Unit(limit.Dimension)}-per-{(limit.Window is RollingWindow rolling ? (rolling.Length == TimeSpan.FromMinutes(1) ? "minute" : "hour") : "day")}";

    private static string Unit(Dimension dimension) => dimension switch
    {
        Dimension.Requests => "requests",
        Dimension.Dollars => "us-cents",
        _ => "tokens",
    };

    private static long Amount(Limit limit, long amount) => limit.Dimension == Dimension.Dollars ? amount / NanosPerCent : amount;

    private static long? Seconds(Window? window) => window switch
    {
        RollingWindow rolling => (long)rolling.Length.TotalSeconds,
        CalendarWindow => 86_400,
        _ => null,
    };
}
