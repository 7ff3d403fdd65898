using System.Globalization;
using System.Runtime.CompilerServices;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>Puts limits without room into a refusal that a caller can act on.</summary>
internal static class LimitRefusal
{
    /// <summary>Whether the numbers of a scope may be told: those of its own caller, never those of a tier, a network or everybody.</summary>
    public static bool IsOwn(string scope) =>
        scope.StartsWith("key:", StringComparison.Ordinal) || scope.StartsWith("user:", StringComparison.Ordinal) || scope.StartsWith("tenant:", StringComparison.Ordinal);

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
        var (isBudget, isNever, isKnown) = (false, false, true);
        DateTimeOffset? roomAt = null;
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[512]);
        for (var i = 0; i < denials.Count; i++)
        {
            var denial = denials[i];
            isBudget |= denial.Limit.Dimension is not (Dimension.Requests or Dimension.ConcurrentCalls);
            isNever |= IsNever(denial);
            isKnown &= denial.RoomAt is not null;
            if (roomAt is null || denial.RoomAt > roomAt) roomAt = denial.RoomAt;
            if (IsOwn(denial.Limit.Scope)) Describe(ref text, denial);
        }

        if (!isKnown) roomAt = null;
        if (text.Text.IsEmpty) text.AppendLiteral("A limit of this service has no room now. ");
        if (isNever)
        {
            text.AppendLiteral("It will never fit: it may take more than the whole limit. Ask for less.");
        }
        else if (roomAt is { } at)
        {
            text.AppendLiteral("Enough is free at ");
            text.AppendFormatted(at.UtcDateTime, "s");
            text.AppendLiteral("Z.");
        }
        else
        {
            text.AppendLiteral("Enough becomes free when calls that are under way have ended.");
        }

        if (largestOutputBound is { } bound)
        {
            text.AppendLiteral(" An output bound of ");
            text.AppendFormatted(bound);
            text.AppendLiteral(" tokens a choice would fit now.");
        }

        return new Refusal(isBudget ? RefusalCode.BudgetExceeded : RefusalCode.RateLimited, text.ToStringAndClear())
        {
            Denials = denials,
            RoomAt = roomAt,
            LargestOutputBound = largestOutputBound,
        };
    }

    /// <summary>Whether a call asks for more than the whole limit, so that waiting does not help.</summary>
    public static bool IsNever(LimitDenial denial) => denial.Asked > denial.Limit.Cap;

    private static void Describe(ref DefaultInterpolatedStringHandler text, LimitDenial denial)
    {
        var limit = denial.Limit;
        text.AppendLiteral(limit.ToString());
        text.AppendLiteral(": ");
        text.AppendLiteral(limit.Show(denial.Spent));
        text.AppendLiteral(" spent, ");
        text.AppendLiteral(limit.Show(denial.Held));
        text.AppendLiteral(" held, ");
        text.AppendLiteral(limit.Show(denial.Free));
        text.AppendLiteral(" free, and this call may take ");
        text.AppendLiteral(limit.Show(denial.Asked));
        text.AppendLiteral(". ");
    }
}
