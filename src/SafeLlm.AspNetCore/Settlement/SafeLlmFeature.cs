using Microsoft.AspNetCore.Http;
using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>What the endpoint sees of its call, and says about it.</summary>
internal sealed class SafeLlmFeature(IncomingCall call) : ISafeLlmFeature
{
    private readonly Lock sync = new();
    private Amounts? reported;
    private bool isClosed;

    /// <summary>The endpoint that the call was let through to, and no other.</summary>
    public Endpoint? Endpoint { get; } = call.Context.GetEndpoint();

    public VerifierKey? Key => call.Key;

    public string Tier { get; } = call.Tier!.Name;

    public CallFacts? Facts => isClosed ? null : call.Facts;

    public Quote? Quote => call.Quote;

    public Hold Hold { get; } = call.Hold!;

    /// <summary>Whether the endpoint said that nothing was sent.</summary>
    public bool SentNothing { get; private set; }

    public void ReportUsage(BillableUsage usage)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(usage.Input, nameof(usage));
        ArgumentOutOfRangeException.ThrowIfNegative(usage.CacheRead, nameof(usage));
        ArgumentOutOfRangeException.ThrowIfNegative(usage.CacheWrite, nameof(usage));
        ArgumentOutOfRangeException.ThrowIfNegative(usage.Output, nameof(usage));
        var price = call.Price ?? throw new InvalidOperationException("The request names no model that has a price. Report the dollars too.");
        Add(new Amounts(usage.TotalInput, usage.Output, Quoter.Cost(price, usage)));
    }

    public void ReportUsage(long inputTokens, long outputTokens, decimal? dollars = null)
    {
        if (dollars is not { } known)
        {
            ReportUsage(new BillableUsage(inputTokens, 0, 0, outputTokens));
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(inputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(outputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(known, nameof(dollars));
        Add(new Amounts(inputTokens, outputTokens, NanoUsd.FromDollars(known)));
    }

    public void ReportNothingSent()
    {
        lock (sync)
        {
            ThrowIfClosed();
            SentNothing = true;
        }
    }

    /// <summary>Ends the reports; what they came to, or null where there was none.</summary>
    public Amounts? Close()
    {
        lock (sync)
        {
            isClosed = true;
            return reported;
        }
    }

    private void Add(in Amounts amounts)
    {
        lock (sync)
        {
            ThrowIfClosed();
            // One call of ours is one request of its caller, however many models it asked.
            reported = reported is { } before
                ? new Amounts(before.InputTokens + amounts.InputTokens, before.OutputTokens + amounts.OutputTokens, before.Cost + amounts.Cost)
                : amounts;
        }
    }

    private void ThrowIfClosed()
    {
        if (isClosed) throw new InvalidOperationException("The call is over and settled. Report usage before the endpoint returns.");
    }
}
