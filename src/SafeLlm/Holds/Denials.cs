using System.Globalization;
using System.Text;
using SafeLlm.Limits;
using SafeLlm.Pipeline;
using SafeLlm.Pricing;

namespace SafeLlm.Holds;

/// <summary>Puts a ledger's denial into a refusal that a person can act on.</summary>
internal static class Denials
{
    public static Refusal ToRefusal(Call call, IReadOnlyList<LimitDenial> denials, int attempt, DateTimeOffset now)
    {
        var isAmount = denials.Any(denial => denial.Limit.Dimension is not (Dimension.Requests or Dimension.ConcurrentCalls));
        var room = denials.All(denial => denial.RoomAt is not null) ? denials.Max(denial => denial.RoomAt) : null;
        var largest = Largest(call, denials, isAmount);

        var text = Start(attempt);
        foreach (var denial in denials)
        {
            var limit = denial.Limit;
            text.Append(CultureInfo.InvariantCulture, $" {limit}: {limit.Show(denial.Spent)} spent and {limit.Show(denial.Held)} held leave {limit.Show(denial.Free)}, and this attempt may take {limit.Show(denial.Asked)}.");
        }

        if (room is { } at) text.Append(CultureInfo.InvariantCulture, $" Enough is free at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, in {Wait(at - now)}.");
        else if (denials.Any(denial => denial.RoomAt is null && denial.Asked > denial.Limit.Cap)) text.Append(" It will never fit: it may take more than the whole limit.");
        else text.Append(" When enough becomes free depends on calls that are under way.");

        if (largest is { } bound) text.Append(CultureInfo.InvariantCulture, $" An output bound of {bound:N0} tokens would fit.");
        else if (isAmount && call.Facts is not null) text.Append(" No output bound would fit now.");

        return new Refusal(isAmount ? RefusalCode.BudgetExceeded : RefusalCode.RateLimited, text.ToString())
        {
            Denials = denials,
            RoomAt = room,
            LargestOutputBound = largest,
        };
    }

    /// <summary>The call's own budget has no room for another attempt.</summary>
    public static Refusal OverCall(Call call, NanoUsd most, int attempt)
    {
        var text = Start(attempt);
        text.Append(CultureInfo.InvariantCulture, $" One call may cost {most} (MaxDollarsPerCall); {call.Report.Cost} is charged already, and this attempt may cost {call.Amounts.Cost}. Lower the output bound or raise MaxDollarsPerCall.");
        return new Refusal(RefusalCode.BudgetExceeded, text.ToString()) { Field = nameof(SafeLlmClientOptions.MaxDollarsPerCall) };
    }

    private static StringBuilder Start(int attempt) => new(attempt == 1
        ? "There is no room for this call, and it was not sent."
        : FormattableString.Invariant($"Attempt {attempt} was not sent: the one before may have been billed, and there is no room for another bill."));

    private static long? Largest(Call call, IReadOnlyList<LimitDenial> denials, bool isAmount) =>
        isAmount && call is { Quote: { } quote, Price: { } price, Facts: { } facts }
        && Quoter.LargestOutputBound(quote, price, facts.Bound.Choices, denials) is { } bound and > 0
            ? bound
            : null;

    private static string Wait(TimeSpan wait) =>
        wait.TotalSeconds < 1 ? "less than a second" : TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds)).ToString("g", CultureInfo.InvariantCulture);
}
