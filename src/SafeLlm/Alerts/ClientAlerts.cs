using Microsoft.Extensions.Logging;

namespace SafeLlm.Alerts;

/// <summary>Brings what the store records to the log and to the sinks of the options.</summary>
internal static class ClientAlerts
{
    public static AlertDelivery Deliver(IAlertOutbox outbox, IEnumerable<IAlertSink> sinks, TimeProvider time, ILogger logger)
    {
        var delivery = AlertDelivery.Of(outbox, time);
        delivery.Failed ??= (alert, failure) => Log.AlertFailed(logger, alert?.Id, failure);
        delivery.Add([new LogAlertSink(logger), .. sinks]);
        return delivery;
    }
}
