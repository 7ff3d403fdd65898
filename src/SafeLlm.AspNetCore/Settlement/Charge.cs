using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>What becomes of a call's hold when its endpoint is done.</summary>
/// <param name="Amounts">What is charged; null where the hold is given back.</param>
/// <param name="IsByPolicy">Whether the policy for missing usage decided.</param>
internal readonly record struct Charge(Amounts? Amounts, bool IsByPolicy = false)
{
    private static readonly Amounts OneRequest = new(0, 0, NanoUsd.Zero);

    /// <param name="call">The call.</param>
    /// <param name="feature">What the endpoint said.</param>
    /// <param name="observer">What its answer said.</param>
    /// <param name="hasFailed">Whether the endpoint threw, or the caller went away.</param>
    /// <param name="policy">What is charged where nobody said.</param>
    public static Charge Of(IncomingCall call, SafeLlmFeature feature, ResponseObserver observer, bool hasFailed, MissingUsagePolicy policy)
    {
        if (feature.Close() is { } reported) return new(reported);
        if (feature.SentNothing) return new(null);
        var reading = observer.Read();

        // Usage in an answer that was cut may be a placeholder or lack what was generated since; only a whole answer's counts.
        if (reading is { Billable: { } billable, IsComplete: true }) return new(new Amounts(billable.TotalInput + reading.AdvisorInput, billable.Output + reading.AdvisorOutput, Cost(call, call.Price!, billable, reading)));

        // A route that spends no tokens.
        if (call.Facts is null && call.Requirement.Options.OwnCalls is null) return new(OneRequest);
        if (!hasFailed && OfError(observer, call.Now) is { } charge) return charge;
        return new(ByPolicy(call, reading, policy), IsByPolicy: true);
    }

    /// <summary>An error that the endpoint relayed instead of an answer; null where it may have been billed.</summary>
    private static Charge? OfError(ResponseObserver observer, DateTimeOffset now)
    {
        if (observer.Head is not { Status: >= 400 } head) return null;
        return WireFormats.ReadRetryAdvice(head, observer.Error, now).Kind switch
        {
            // No provider generates or bills for it, but it was a request: it counts at the provider's own limit, which all callers share.
            RetryKind.Unbilled => new(OneRequest),
            RetryKind.Fatal when head.Status < 500 => new(OneRequest),
            _ => null,
        };
    }

    private static Amounts ByPolicy(IncomingCall call, ResponseReading? reading, MissingUsagePolicy policy)
    {
        var held = call.Amounts;
        // What goes on after its answer has shown nothing yet of what it will have cost.
        if (policy == MissingUsagePolicy.Worst || call.IsBackground || call is not { Price: { IsReasoning: false } price, Quote: { } quote })
        {
            // What was seen is more than was held only where the bound was broken; then it is what is certain.
            return reading?.Billable is { } seen && call.Price is { } known ? Larger(held, new Amounts(seen.TotalInput, seen.Output, Cost(call, known, seen, reading))) : held;
        }

        // What stood at the stream's start about its input holds; of the output what was seen counts, or what was told where that is more.
        var floor = reading?.Billable ?? new BillableUsage(quote.Input.Expected, 0, 0, 0);
        if (reading?.OutputTokensSeen > floor.Output) floor = floor with { Output = reading.OutputTokensSeen };
        return new Amounts(floor.TotalInput, floor.Output, Cost(call, price, floor, reading));
    }

    // With what its tools at the provider cost, which is in no usage of tokens, and other models that were asked, whose tokens are in none of its own.
    private static NanoUsd Cost(IncomingCall call, ModelPrice price, in BillableUsage usage, ResponseReading? reading)
    {
        var tokens = Quoter.Cost(price, usage) + AdvisorPrices.Charge(call.Quote?.Advisors, price, reading);
        return call.Tools is { } tools ? tokens + tools.Charge(reading) : tokens;
    }

    private static Amounts Larger(in Amounts a, in Amounts b) =>
        new(Math.Max(a.InputTokens, b.InputTokens), Math.Max(a.OutputTokens, b.OutputTokens), a.Cost > b.Cost ? a.Cost : b.Cost);
}
