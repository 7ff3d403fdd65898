using SafeLlm.Alerts;

namespace SafeLlm.Dashboard.Tests;

/// <summary>Completes with the first alert of a kind that comes.</summary>
internal sealed class RecordedAlerts(AlertKind kind) : IAlertSink
{
    private readonly TaskCompletionSource<Alert> first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Alert> First => first.Task;

    public ValueTask SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        if (alert.Kind == kind) _ = first.TrySetResult(alert);
        return ValueTask.CompletedTask;
    }
}
