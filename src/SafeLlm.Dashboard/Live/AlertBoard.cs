using SafeLlm.Alerts;

namespace SafeLlm.Dashboard;

/// <summary>The last alerts that were delivered in this process, each once, newest first.</summary>
internal sealed class AlertBoard : IAlertSink
{
    public const int Most = 100;

    private readonly Lock gate = new();
    private readonly LinkedList<Alert> alerts = [];

    public ValueTask SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            // The same one may be delivered again.
            if (alerts.All(known => known.Id != alert.Id)) alerts.AddFirst(alert);
            if (alerts.Count > Most) alerts.RemoveLast();
        }

        return ValueTask.CompletedTask;
    }

    public IReadOnlyList<Alert> Read()
    {
        lock (gate) return [.. alerts];
    }
}
