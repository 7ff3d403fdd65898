using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeLlm.Alerts;

namespace SafeLlm.AspNetCore;

/// <summary>Brings the alerts that the stores and the verifier record to the log and to every <see cref="IAlertSink"/> among the services.</summary>
internal sealed class VerifierAlertDelivery(VerifierStores stores, VerifierAlerts alerts, IEnumerable<IAlertSink> sinks, TimeProvider time, ILogger<VerifierAlertDelivery> logger) : IHostedService
{
    // Of a graceful stop the calls under way should have the most.
    private static readonly TimeSpan LastRound = TimeSpan.FromSeconds(5);

    private AlertDelivery[] deliveries = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var log = new LogAlertSink(logger);
        var outboxes = stores.Stores.Outbox is { } outbox ? new[] { outbox, alerts.Own } : [alerts.Own];
        deliveries = [.. outboxes.Select(one => AlertDelivery.Of(one, time))];
        foreach (var delivery in deliveries)
        {
            delivery.Failed ??= (alert, failure) => Log.AlertFailed(logger, alert is null ? "Alerts could not be read and were" : $"The alert {alert.Id} was", failure);
            delivery.Add([log, .. sinks]);
        }

        alerts.Recorded = Nudge;
        return Task.CompletedTask;
    }

    /// <summary>Something was recorded.</summary>
    public void Nudge()
    {
        foreach (var delivery in deliveries) delivery.Nudge();
    }

    /// <summary>Delivers what the last settlements told, and ends. What is not delivered by then is left to the next process where the store outlives this one.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        alerts.Recorded = null;
        using var patience = new CancellationTokenSource(LastRound, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        foreach (var delivery in deliveries)
        {
            try
            {
                await delivery.DeliverAsync(either.Token);
            }
            catch (Exception failure)
            {
                Log.AlertFailed(logger, "Alerts were left when the service stopped, and were", failure);
            }

            delivery.Dispose();
        }
    }
}
