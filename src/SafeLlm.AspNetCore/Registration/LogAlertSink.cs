using Microsoft.Extensions.Logging;
using SafeLlm.Alerts;

namespace SafeLlm.AspNetCore;

/// <summary>Writes alerts to the verifier's log.</summary>
internal sealed class LogAlertSink(ILogger logger) : IAlertSink
{
    public ValueTask SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        // What the verifier found out by itself is in the log since then; what a ledger records is told here first.
        var level = alert.Severity == AlertSeverity.Warning ? LogLevel.Warning : LogLevel.Error;
        var line = alert.Kind == AlertKind.BudgetShare ? alert.Describe() : null;
        if (line is not null) Log.BudgetShare(logger, level, line, alert.Id);
        return ValueTask.CompletedTask;
    }
}
