using Microsoft.Extensions.Logging;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Alerts;

/// <summary>Writes alerts to the log: always there, beside whatever else was asked for.</summary>
internal sealed class LogAlertSink(ILogger logger) : IAlertSink
{
    public ValueTask SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        var (current, reference) = (Show(alert, alert.Current), Show(alert, alert.Reference));
        if (alert.Severity == AlertSeverity.Warning) Log.AlertWarning(logger, alert.Kind, alert.Scope, alert.Message, current, reference);
        else Log.AlertError(logger, alert.Kind, alert.Scope, alert.Message, current, reference);
        return ValueTask.CompletedTask;
    }

    private static string Show(Alert alert, long? amount) =>
        amount is not { } value ? "" : alert.Dimension == Dimension.Dollars ? new NanoUsd(value).ToString() : FormattableString.Invariant($"{value:N0}");
}
