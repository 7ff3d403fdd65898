using System.Globalization;
using System.Text;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>Puts limits without room into a refusal that a caller can act on.</summary>
internal static class LimitRefusal
{
    private static readonly string[] OwnScopes = ["key:", "user:", "tenant:"];

    /// <summary>Whether the numbers of a scope may be told: those of its own caller, never those of a tier, a network or everybody.</summary>
    public static bool IsOwn(string scope) => Array.Exists(OwnScopes, own => scope.StartsWith(own, StringComparison.Ordinal));

    /// <summary>When a limit that is full has room again, at the latest; null where that hangs on open holds alone.</summary>
    public static DateTimeOffset? Reset(LimitState state, DateTimeOffset now)
    {
        if (state.RoomAt is { } known) return known;
        if (state.Spent < state.Limit.Cap) return null;
        return state.ResetsAt ?? (state.Limit.Window is RollingWindow rolling ? now + rolling.Length : null);
    }

    public static Refusal Of(IReadOnlyList<LimitDenial> denials, IncomingCall call)
    {
        // A bound worked out of what a tier or the whole service has left would tell what that is.
        var largest = call is { Quote: { } quote, Price: { } price, Facts: { } facts } && denials.All(denial => IsOwn(denial.Limit.Scope))
            ? Quoter.LargestOutputBound(quote, price, facts.Bound.Choices, denials)
            : null;
        return Of(denials, largest);
    }

    public static Refusal Of(IReadOnlyList<LimitDenial> denials, long? largestOutputBound)
    {
        var isBudget = denials.Any(denial => denial.Limit.Dimension is not (Dimension.Requests or Dimension.ConcurrentCalls));
        var roomAt = denials.All(denial => denial.RoomAt is not null) ? denials.Max(denial => denial.RoomAt) : null;
        var text = new StringBuilder();
        foreach (var denial in denials.Where(denial => IsOwn(denial.Limit.Scope))) Describe(text, denial);
        if (text.Length == 0) text.Append("A limit of this service has no room now.");
        if (denials.Any(IsNever)) text.Append(" It will never fit: it may take more than the whole limit. Ask for less.");
        else if (roomAt is { } at) text.Append(CultureInfo.InvariantCulture, $" Enough is free at {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}.");
        else text.Append(" Enough becomes free when calls that are under way have ended.");
        if (largestOutputBound is { } bound) text.Append(CultureInfo.InvariantCulture, $" An output bound of {bound} tokens a choice would fit now.");
        return new Refusal(isBudget ? RefusalCode.BudgetExceeded : RefusalCode.RateLimited, text.ToString().TrimStart())
        {
            Denials = denials,
            RoomAt = roomAt,
            LargestOutputBound = largestOutputBound,
        };
    }

    /// <summary>Whether a call asks for more than the whole limit, so that waiting does not help.</summary>
    public static bool IsNever(LimitDenial denial) => denial.Asked > denial.Limit.Cap;

    private static void Describe(StringBuilder text, LimitDenial denial)
    {
        var limit = denial.Limit;
        text.Append(CultureInfo.InvariantCulture, $" {limit}: {limit.Show(denial.Spent)} spent, {limit.Show(denial.Held)} held, {limit.Show(denial.Free)} free, and this call may take {limit.Show(denial.Asked)}.");
    }
}
