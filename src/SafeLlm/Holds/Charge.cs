using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pipeline;
using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Holds;

/// <summary>What an attempt is charged.</summary>
/// <param name="Amounts">The amounts.</param>
/// <param name="IsReported">Whether they follow from the provider's own usage, rather than from a policy.</param>
internal readonly record struct Charge(Amounts Amounts, bool IsReported)
{
    /// <summary>Nothing was generated: the attempt counts as a request and costs nothing.</summary>
    public static Charge Unbilled => new(new Amounts(0, 0, NanoUsd.Zero), true);

    /// <summary>What an attempt costs that was read as far as <paramref name="reading"/> says; null where no answer came.</summary>
    /// <param name="call">The call.</param>
    /// <param name="reading">What was read.</param>
    /// <param name="runtime">The client's.</param>
    /// <param name="isAbandoned">Whether nobody looked at what came: what was seen then says little of what was generated.</param>
    public static Charge For(Call call, ResponseReading? reading, ClientRuntime runtime, bool isAbandoned)
    {
        if (call is not { Price: { } price, Facts: { } facts }) return Unbilled;

        // Usage in a stream that was cut may be a placeholder or lack what was generated since; only a whole answer's counts.
        if (reading is { Billable: { } billable, IsComplete: true })
        {
            return new Charge(new Amounts(billable.TotalInput + reading.AdvisorInput, billable.Output + reading.AdvisorOutput, Cost(call, price, billable, reading)), true);
        }

        // What goes on after its answer has shown nothing yet of what it will have cost.
        var held = call.Amounts;
        if (runtime.Settings.OnMissingUsage != OnMissingUsage.Floor || isAbandoned || price.IsReasoning || facts.IsBackground)
        {
            if (reading is null) return new Charge(held, false);

            // What was seen can only be more where the provider broke the bound; then it is what is certain.
            var seen = reading.Billable ?? default;
            if (reading.OutputTokensSeen > seen.Output) seen = seen with { Output = reading.OutputTokensSeen };
            var known = Cost(call, price, seen, reading);
            return new Charge(new Amounts(Math.Max(held.InputTokens, seen.TotalInput), Math.Max(held.OutputTokens, seen.Output), known > held.Cost ? known : held.Cost), false);
        }

        // What stood at the stream's start about its input holds; of the output what was seen counts, or what was told where that is more.
        var floor = reading?.Billable ?? new BillableUsage(Math.Min(held.InputTokens, runtime.Quoter.Quote(facts, price, EstimateMethod.Counted).Input.Expected), 0, 0, 0);
        if (reading?.OutputTokensSeen > floor.Output) floor = floor with { Output = reading.OutputTokensSeen };
        return new Charge(new Amounts(floor.TotalInput, floor.Output, Cost(call, price, floor, reading)), false);
    }

    // With what its tools at the provider cost, which is in no usage of tokens, and other models that were asked, whose tokens are in none of its own.
    private static NanoUsd Cost(Call call, ModelPrice price, BillableUsage usage, ResponseReading? reading)
    {
        var tokens = Quoter.Cost(price, usage) + AdvisorPrices.Charge(call.Quote?.Advisors, price, reading);
        return call.Quote?.Tools is { } tools ? tokens + tools.Charge(reading) : tokens;
    }
}
