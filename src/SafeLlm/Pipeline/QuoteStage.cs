using System.Net;
using SafeLlm.Formats;
using SafeLlm.Holds;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Pipeline;

/// <summary>Finds what the call may cost: by its bytes where that fits with room to spare, else by counting.</summary>
internal sealed class QuoteStage(ClientRuntime runtime) : Stage
{
    // Design §7: the hold by bytes must be at most a tenth of what is free.
    private const int RoomToSpare = 10;

    public override async Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        call.Limits = runtime.CurrentLimits();
        if (call is { Facts: { } facts, Price: { } price })
        {
            call.Quote = await QuoteAsync(call, facts, price, cancellationToken).ConfigureAwait(false);
            call.Amounts = new Amounts(call.Quote.Input.Upper, call.Quote.Output.Upper, call.Quote.Upper);
            call.Report.Quote = call.Quote;
        }
        else
        {
            call.Amounts = new Amounts(0, 0, NanoUsd.Zero);
        }

        return call.Report.QuoteOnly
            ? new HttpResponseMessage(HttpStatusCode.NoContent) { RequestMessage = call.Request }
            : await Next.SendAsync(call, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Quote> QuoteAsync(Call call, CallFacts facts, ModelPrice price, CancellationToken cancellationToken)
    {
        // Asked for a quote, a person wants the number, not the upper end that is cheapest to find.
        if (call.Report.QuoteOnly) return runtime.Quoter.Quote(facts, price, EstimateMethod.Counted);

        var quick = runtime.Quoter.Quote(facts, price, EstimateMethod.Bytes);
        if (await FitsEasilyAsync(call, quick, cancellationToken).ConfigureAwait(false)) return quick;

        var counted = runtime.Quoter.Quote(facts, price, EstimateMethod.Counted);
        return counted.Upper <= quick.Upper && counted.Input.Upper <= quick.Input.Upper ? counted : quick;
    }

    private async ValueTask<bool> FitsEasilyAsync(Call call, Quote quote, CancellationToken cancellationToken)
    {
        if (runtime.Settings.MaxPerCall is { } most && quote.Upper.Value > most.Value / RoomToSpare) return false;
        if (call.Limits.Count == 0) return true;

        var amounts = new Amounts(quote.Input.Upper, quote.Output.Upper, quote.Upper);
        foreach (var state in await runtime.Ledger.GuardedReadAsync(call.Limits, cancellationToken).ConfigureAwait(false))
        {
            // Counting makes a hold smaller in tokens and dollars only.
            if (state.Limit.Dimension is Dimension.Requests or Dimension.ConcurrentCalls or Dimension.OutputTokens) continue;
            if (amounts.In(state.Limit.Dimension) > state.Free / RoomToSpare) return false;
        }

        return true;
    }
}
