using Microsoft.Extensions.Logging;
using SafeLlm.AspNetCore;
using SafeLlm.Limits;

namespace SafeLlm.Dashboard;

/// <summary>Looks into the verifier's store through one view that stays open, and opens another where that fails. Used by one reader at a time.</summary>
internal sealed class StoreWatch(VerifierStores stores, TimeProvider time, ILogger<StoreWatch> logger) : IDisposable
{
    /// <summary>Open holds beyond this many are not counted.</summary>
    public const int MostHolds = 1_000;

    private readonly ModelTally models = new();
    private IStoreView? view;

    public async Task<StoreSight> LookAsync(CancellationToken cancellationToken)
    {
        if (stores.Stores.View is not { } open) return new StoreSight("These stores cannot be looked into: spending, holds and models are not shown.");
        try
        {
            view ??= open();
            var now = time.GetUtcNow();
            var counters = await view.ReadCountersAsync(cancellationToken);
            var holds = await view.ReadHoldsAsync(MostHolds, cancellationToken);
            var alerts = await view.ReadAlertsAsync(AlertBoard.Most, cancellationToken);
            await models.ReadAsync(view, now, cancellationToken);
            return new StoreSight(null) { Counters = counters, Holds = holds, Alerts = alerts, Models = models.Until(now) };
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // A page that goes dark with the store would hide what is still known: refusals, alerts, keys.
            Log.StoreNotRead(logger, failure);
            Dispose();
            return new StoreSight("The store cannot be read now; the log says why. Spending, holds and models are not shown.");
        }
    }

    public void Dispose()
    {
        view?.Dispose();
        view = null;
    }
}
