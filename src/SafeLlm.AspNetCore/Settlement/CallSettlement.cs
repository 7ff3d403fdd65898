namespace SafeLlm.AspNetCore;

/// <summary>Closes a call's hold exactly once, whatever became of the call, and keeps its lease alive until then.</summary>
internal sealed class CallSettlement(IncomingCall call, SafeLlmFeature feature, ResponseObserver observer, SettlementContext context)
{
    private readonly TimeSpan lease = context.Settings.Options.Lease;
    private DateTimeOffset extendAt = call.Now + (context.Settings.Options.Lease / 2);
    private int closed;

    /// <summary>Called as bytes pass: cheap until half of the lease is over.</summary>
    public ValueTask PassingAsync()
    {
        var now = context.Time.GetUtcNow();
        return now < extendAt || !call.IsHeld ? ValueTask.CompletedTask : ExtendAsync(now);
    }

    public async ValueTask CloseAsync(bool hasFailed)
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return;
        var charge = Charge.Of(call, feature, observer, hasFailed, context.Settings.Options.OnMissingUsage);
        if (charge.IsByPolicy) Log.SettledByPolicy(context.Logger, feature.Hold.Id, context.Settings.Options.OnMissingUsage);
        else if (call.Price is { } price && charge.Amounts is { } used) context.Settings.Quoter.Learn(CallCheck.ScopeOf(call), price, used.OutputTokens);
        var now = context.Time.GetUtcNow();
        if (charge.Amounts is { } charged) context.Watch.NoteUsage(call, charged, now);
        await context.Queue.CloseAsync(new Settlement(feature.Hold.Id, charge, now, call.Amounts, call.Limits, call.Quote, context.Settings.Quoter.Catalog.Hash) { KeyId = call.Key?.Key.KeyId });
    }

    private async ValueTask ExtendAsync(DateTimeOffset now)
    {
        extendAt = now + (lease / 2);
        try
        {
            await context.Stores.Stores.Ledger.ExtendAsync(feature.Hold.Id, lease, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // The answer goes on: a hold whose lease ended is charged in full, and the settle corrects it.
            Log.StoreFailed(context.Logger, failure);
        }
    }
}
