using System.Collections.Concurrent;
using SafeLlm.Alerts;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>An outbox that shows what was recorded, whoever delivers it meanwhile.</summary>
internal sealed class RecordedOutbox(IAlertOutbox inner) : IAlertOutbox
{
    private readonly ConcurrentQueue<Alert> recorded = new();

    /// <summary>What was recorded and new since this was last asked.</summary>
    public IReadOnlyList<Alert> Take()
    {
        var taken = new List<Alert>();
        while (recorded.TryDequeue(out var alert)) taken.Add(alert);
        return taken;
    }

    public async ValueTask<bool> RecordAsync(Alert alert, CancellationToken cancellationToken)
    {
        var isNew = await inner.RecordAsync(alert, cancellationToken);
        if (isNew) recorded.Enqueue(alert);
        return isNew;
    }

    public ValueTask<IReadOnlyList<PendingAlert>> TakeAsync(int most, TimeSpan lease, CancellationToken cancellationToken) => inner.TakeAsync(most, lease, cancellationToken);

    public ValueTask CompleteAsync(string alertId, CancellationToken cancellationToken) => inner.CompleteAsync(alertId, cancellationToken);

    public ValueTask PostponeAsync(string alertId, TimeSpan wait, CancellationToken cancellationToken) => inner.PostponeAsync(alertId, wait, cancellationToken);
}
