using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeLlm.Alerts;

namespace SafeLlm.AspNetCore;

/// <summary>Brings the alerts that the stores record to the log and to every <see cref="IAlertSink"/> among the services.</summary>
internal sealed class VerifierAlertDelivery(VerifierStores stores, IEnumerable<IAlertSink> sinks, TimeProvider time, ILogger<VerifierAlertDelivery> logger) : IHostedService
{
    private AlertDelivery? delivery;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (stores.Stores.Outbox is not { } outbox) return Task.CompletedTask;
        delivery = AlertDelivery.Of(outbox, time);
        delivery.Failed ??= (alert, failure) => Log.AlertFailed(logger, alert?.Id, failure);
        delivery.Add([new LogAlertSink(logger), .. sinks]);
        return Task.CompletedTask;
    }

    /// <summary>Something was recorded.</summary>
    public void Nudge() => delivery?.Nudge();

    public Task StopAsync(CancellationToken cancellationToken)
    {
        delivery?.Dispose();
        return Task.CompletedTask;
    }
}
