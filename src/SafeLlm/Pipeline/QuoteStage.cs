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

    public override ValueTask<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        call.Scope = ScopeAround(call);
        call.Limits = runtime.LimitsOf(call.Scope);
        if (call is not { Facts: { } facts, Price: { } price })
        {
            call.Amounts = new Amounts(0, 0, NanoUsd.Zero);
            return GoOn(call, cancellationToken);
        }

        var tools = runtime.ToolPrices.Find(call, facts, price);

        // Asked for a quote, a person wants the number, not the upper end that is cheapest to find.
        if (call.Report.QuoteOnly) return GoOn(call, runtime.Quoter.Quote(facts, price, EstimateMethod.Counted, ScopeOf(call), tools), cancellationToken);

        var quick = runtime.Quoter.Quote(facts, price, EstimateMethod.Bytes, ScopeOf(call), tools);
        var fits = FitsEasilyAsync(call, quick, cancellationToken);
        return fits.IsCompletedSuccessfully
            ? GoOn(call, fits.Result ? quick : Counted(call, facts, price, quick), cancellationToken)
            : GoOnAsync(fits, call, facts, price, quick, cancellationToken);
    }

    private async ValueTask<HttpResponseMessage> GoOnAsync(ValueTask<bool> fits, Call call, CallFacts facts, ModelPrice price, Quote quick, CancellationToken cancellationToken)
    {
        var quote = await fits.ConfigureAwait(false) ? quick : Counted(call, facts, price, quick);
        return await GoOn(call, quote, cancellationToken).ConfigureAwait(false);
    }

    // Where two layers see one call, as UseSafeLlm over a client on a SafeLlmHandler, the scope is charged by the outer one alone.
    private static SafeLlmScope? ScopeAround(Call call) =>
        SafeLlmScope.Current is { } scope && (call is not { Facts: { } facts, Report.QuoteOnly: false } || !AdmittedCall.IsChargedAbove(facts.Model)) ? scope : null;

    // What calls of a scope give is learned at their settlement, under the same name.
    private static string ScopeOf(Call call) => call.Scope?.Name ?? Limit.AppScope;

    private ValueTask<HttpResponseMessage> GoOn(Call call, Quote quote, CancellationToken cancellationToken)
    {
        if (quote.PriceAgeDays is { } age && age > runtime.Quoter.OldPricesDays && runtime.IsFirst("old prices")) Log.PricesOld(runtime.Logger, quote.PricesOf, age);
        call.Quote = quote;
        call.Amounts = new Amounts(quote.Input.Upper, quote.Output.Upper, quote.Upper);
        call.Report.Quote = quote;
        return GoOn(call, cancellationToken);
    }

    private ValueTask<HttpResponseMessage> GoOn(Call call, CancellationToken cancellationToken) => call.Report.QuoteOnly
        ? ValueTask.FromResult(new HttpResponseMessage(HttpStatusCode.NoContent) { RequestMessage = call.Request })
        : Next.SendAsync(call, cancellationToken);

    private Quote Counted(Call call, CallFacts facts, ModelPrice price, Quote quick)
    {
        var counted = runtime.Quoter.Quote(facts, price, EstimateMethod.Counted, ScopeOf(call), quick.Tools);
        return counted.Upper <= quick.Upper && counted.Input.Upper <= quick.Input.Upper ? counted : quick;
    }

    private ValueTask<bool> FitsEasilyAsync(Call call, Quote quote, CancellationToken cancellationToken)
    {
        if (runtime.Settings.MaxPerCall is { } most && quote.Upper.Value > most.Value / RoomToSpare) return ValueTask.FromResult(false);
        if (call.Limits.Count == 0) return ValueTask.FromResult(true);

        var amounts = new Amounts(quote.Input.Upper, quote.Output.Upper, quote.Upper);
        if (runtime.Settings.Shadow) return FitsEasilyInShadowAsync(call, amounts, cancellationToken);
        var reading = runtime.Ledger.GuardedReadAsync(call.Limits, cancellationToken);
        return reading.IsCompletedSuccessfully ? ValueTask.FromResult(FitsEasily(reading.Result, amounts)) : FitsEasilyAsync(reading, amounts);
    }

    private async ValueTask<bool> FitsEasilyInShadowAsync(Call call, Amounts amounts, CancellationToken cancellationToken)
    {
        try
        {
            return FitsEasily(await ShadowPatience.AnswerAsync(runtime, runtime.Ledger.GuardedReadAsync(call.Limits, cancellationToken)).ConfigureAwait(false), amounts);
        }
        catch (SafeLlmException failure) when (runtime.PassesOver(failure))
        {
            runtime.PassOver(call, failure);
            return true;
        }
    }

    private static async ValueTask<bool> FitsEasilyAsync(ValueTask<IReadOnlyList<LimitState>> reading, Amounts amounts) =>
        FitsEasily(await reading.ConfigureAwait(false), amounts);

    private static bool FitsEasily(IReadOnlyList<LimitState> states, Amounts amounts)
    {
        foreach (var state in states)
        {
            // Counting makes a hold smaller in tokens and dollars only.
            if (state.Limit.Dimension is Dimension.Requests or Dimension.ConcurrentCalls or Dimension.OutputTokens) continue;
            if (amounts.In(state.Limit.Dimension) > state.Free / RoomToSpare) return false;
        }

        return true;
    }
}
