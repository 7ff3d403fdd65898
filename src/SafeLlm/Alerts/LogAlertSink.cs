using Microsoft.Extensions.Logging;

namespace SafeLlm.Alerts;

/// <summary>Writes alerts to the client's log. All of them are equal: clients that share their stores log an alert once.</summary>
internal sealed class LogAlertSink(ILogger logger) : IAlertSink
{
    public ValueTask SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        var level = alert.Severity == AlertSeverity.Warning ? LogLevel.Warning : LogLevel.Error;
        var line = alert.Describe();
        Log.Alerted(logger, level, line, alert.Id);
        return ValueTask.CompletedTask;
    }

    public override bool Equals(object? obj) => obj is LogAlertSink;

    public override int GetHashCode() => typeof(LogAlertSink).GetHashCode();
}
