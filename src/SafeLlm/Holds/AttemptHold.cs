using System.Globalization;
using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pipeline;
using SafeLlm.Pricing;
using SafeLlm.Scopes;

namespace SafeLlm.Holds;

/// <summary>
/// One possible bill under way. It is closed exactly once, whoever comes first: the end of the answer, its disposal, a
/// time-out, a failure. Where the call has no limits there is nothing in the ledger, and only the cost is reported.
/// </summary>
internal sealed class AttemptHold(ClientRuntime runtime, Call call, string? holdId, TimeSpan lease, int attempt)
{
    private int attempt = attempt;
    private int closed;
    private long extendedAt = runtime.Time.GetTimestamp();

    /// <summary>Whether the request has gone to the transport, so that it counts as a request even where it costs nothing.</summary>
    public bool WasSent
    {
        get;
        set
        {
            field = value;
            call.WasSent |= value;
        }
    }

    /// <summary>The hold's id in the ledger; null where the call has no limits.</summary>
    public string? Id => holdId;

    /// <summary>Names an attempt: the call and its number.</summary>
    public static string IdOf(Call call, int attempt) => attempt == 1 ? call.Id + ".1" : string.Create(CultureInfo.InvariantCulture, $"{call.Id}.{attempt}");

    /// <summary>Settles from what was read of the answer; null where none came.</summary>
    /// <param name="reading">What was read.</param>
    /// <param name="isAbandoned">Whether nobody reads it any more: what did not come is charged as at the end of a lease, whole.</param>
    public ValueTask SettleAsync(ResponseReading? reading, bool isAbandoned = false)
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return ValueTask.CompletedTask;

        WasSent = true;
        call.Report.Reading = reading;
        var charge = Charge.For(call, reading, runtime, isAbandoned);
        if (charge.IsReported && call.Price is { } price && reading is { Billable: { } billable, IsComplete: true }) runtime.Quoter.Learn(call.Scope?.Name ?? Limit.AppScope, price, billable.Output);
        if (!charge.IsReported) Log.SettledByPolicy(runtime.Logger, call.Id, runtime.Settings.OnMissingUsage, reading?.UsageUnknown ?? "no whole answer came");
        return CloseAsync(charge, charge.IsReported ? JournalOutcome.Reported : JournalOutcome.ByPolicy, reading);
    }

    /// <summary>Closes the hold of an attempt that surely was not billed: given back whole where nothing was sent.</summary>
    public ValueTask CloseUnbilledAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return ValueTask.CompletedTask;
        if (WasSent) return CloseAsync(Charge.Unbilled, JournalOutcome.Unbilled, null);

        ScopeChain.Forget(call);
        call.Trace?.Charged(default, JournalOutcome.NotSent, null);
        return runtime.Settler.ReleaseAsync(holdId, Line(JournalOutcome.NotSent, Nothing));
    }

    /// <summary>Counts the lease anew, for the next attempt that inherits the hold. The one before is over, and was charged nothing.</summary>
    public async ValueTask<bool> RenewAsync(int nextAttempt, CancellationToken cancellationToken)
    {
        extendedAt = runtime.Time.GetTimestamp();
        if (holdId is not null && !await ExtendAsync(holdId, cancellationToken).ConfigureAwait(false)) return false;

        await runtime.Settler.WriteAsync(Line(WasSent ? JournalOutcome.Unbilled : JournalOutcome.NotSent, Nothing)).ConfigureAwait(false);
        attempt = nextAttempt;
        return true;
    }

    /// <summary>Extends the lease when half of it has passed. Called as bytes pass, so it has to be cheap until then.</summary>
    public void ExtendIfDue()
    {
        if (holdId is null || Volatile.Read(ref closed) != 0) return;
        var now = runtime.Time.GetTimestamp();
        if (runtime.Time.GetElapsedTime(extendedAt, now) * 2 < lease) return;
        extendedAt = now;
        runtime.Settler.Extend(holdId, lease);
    }

    /// <summary>Tells that the answer was cut at its bound.</summary>
    public void NoteCut() => Log.StreamCut(runtime.Logger, call.Id, call.Facts?.Bound.Tokens ?? 0);

    private async ValueTask<bool> ExtendAsync(string id, CancellationToken cancellationToken)
    {
        if (call.IsUncounted) return true;
        try
        {
            return await ShadowPatience.AnswerAsync(runtime, runtime.Ledger.GuardedExtendAsync(id, lease, cancellationToken)).ConfigureAwait(false);
        }
        catch (SafeLlmException failure) when (runtime.PassesOver(failure))
        {
            // Where the lease ends before the attempt does, the settle that follows corrects what it was charged.
            runtime.PassOver(call, failure);
            return true;
        }
    }

    private ValueTask CloseAsync(Charge charge, JournalOutcome outcome, ResponseReading? reading)
    {
        call.Report.Cost += charge.Amounts.Cost;
        call.Report.UsageWasReported = charge.IsReported;
        call.Report.ChargedInput = charge.Amounts.InputTokens;
        call.Report.ChargedOutput = charge.Amounts.OutputTokens;
        ScopeChain.Settle(call, charge.Amounts);
        call.Trace?.Charged(charge, outcome, reading);
        var line = Line(outcome, charge.Amounts);

        // The limits may have had room for it all the same: what a provider gave above the bound is told whatever was held.
        if (charge.IsReported && call.Facts?.Bound.Tokens is { } bound && charge.Amounts.OutputTokens - (reading?.AdvisorOutput ?? 0) > bound)
        {
            Log.OverBound(runtime.Logger, call.Id, charge.Amounts.OutputTokens, bound);
            if (line is not null) line = line with { IsOverrun = true };
        }

        return runtime.Settler.SettleAsync(holdId, charge.Amounts, line);
    }

    private static Amounts Nothing => new(0, 0, NanoUsd.Zero, 0);

    // Null where nobody keeps a journal.
    private JournalEntry? Line(JournalOutcome outcome, Amounts actual) => runtime.Journal is null || call.Facts is null
        ? null
        : new JournalEntry
        {
            Id = attempt == 1 && holdId is not null ? holdId : IdOf(call, attempt), // an inherited hold is named after an earlier attempt
            CallId = call.Id,
            At = runtime.Time.GetUtcNow(),
            Outcome = outcome,
            Scopes = JournalEntry.ScopesOf(call.Limits),
            Model = call.Quote?.Model,
            Quoted = call.Amounts,
            Expected = call.Quote?.Expected,
            Basis = call.Quote?.Basis,
            Actual = actual,
            CatalogHash = call.Quote is null ? null : runtime.Quoter.Catalog.Hash,
        };
}
