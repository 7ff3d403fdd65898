using SafeLlm.Pricing;

namespace SafeLlm.Anomalies;

/// <summary>What was counted of a key within five minutes, by one node or by several together.</summary>
/// <param name="Slot">Which five minutes, counted from the year 1.</param>
/// <param name="Requests">Requests whose nonce was claimed: no two nodes count the same.</param>
/// <param name="Billed">How many of them used tokens.</param>
/// <param name="Tokens">Tokens in and out.</param>
/// <param name="Cost">Money.</param>
public readonly record struct UsagePart(long Slot, long Requests, long Billed, long Tokens, NanoUsd Cost)
{
    /// <summary>How many five minutes an hour has: what is older says nothing of the last one.</summary>
    internal const int InHour = 12;

    /// <summary>Which five minutes an instant is in.</summary>
    /// <param name="at">The instant.</param>
    public static long SlotOf(DateTimeOffset at) => at.UtcTicks / UsageBaseline.Burst.Ticks;

    /// <summary>One part for each five minutes within the last hour, oldest first: the sum of what several nodes counted in them.</summary>
    /// <param name="parts">What each counted, in any order.</param>
    /// <param name="now">Now.</param>
    public static IReadOnlyList<UsagePart> Sum(IEnumerable<UsagePart> parts, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(parts);
        SortedList<long, UsageSlot> sums = [];
        foreach (var part in parts)
        {
            if (part.Slot <= SlotOf(now) - InHour) continue;
            var sum = sums.GetValueOrDefault(part.Slot);
            sum.Add(part.ToSlot());
            sums[part.Slot] = sum;
        }

        return [.. sums.Select(sum => new UsagePart(sum.Key, sum.Value.Claimed, sum.Value.Billed, sum.Value.Tokens, new NanoUsd(sum.Value.Cost)))];
    }

    internal UsageSlot ToSlot() => new() { Index = Slot, Claimed = Requests, Billed = Billed, Tokens = Tokens, Cost = Cost.Value };
}
