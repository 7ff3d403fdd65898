namespace SafeLlm.Alerts;

/// <summary>The way to one sink: its alerts one after the other, so that they come in their order, and beside those of the other sinks.</summary>
internal sealed class AlertLane(IAlertSink sink, TimeProvider time)
{
    private const int LongestDoubling = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstRest = TimeSpan.FromMinutes(1);

    private int timeOuts;
    private DateTimeOffset restsUntil = DateTimeOffset.MinValue;

    public IAlertSink Sink => sink;

    // A sink that does not come back costs a round its patience: it is left alone for a while, and the others have their alerts at once.
    private bool IsResting => time.GetUtcNow() < restsUntil;

    /// <summary>Sends a batch.</summary>
    /// <param name="alerts">The alerts, in their order; null stands for one that the sink has.</param>
    /// <param name="failed">Called where the sink failed.</param>
    /// <param name="hasEnded">Whether the delivery has ended meanwhile.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>For each alert whether the sink has it.</returns>
    public async Task<bool[]> SendAsync(IReadOnlyList<Alert?> alerts, Action<Alert, Exception> failed, Func<bool> hasEnded, CancellationToken cancellationToken)
    {
        var isSent = new bool[alerts.Count];
        for (var i = 0; i < isSent.Length; i++)
        {
            isSent[i] = alerts[i] is not { } alert || (!IsResting && !hasEnded() && await IsSentAsync(alert, failed, cancellationToken).ConfigureAwait(false));
        }

        return isSent;
    }

    private async ValueTask<bool> IsSentAsync(Alert alert, Action<Alert, Exception> failed, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            // A sink that takes no notice of its token would never be left alone.
            await sink.SendAsync(alert, either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);
            timeOuts = 0;
            return true;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            if (patience.IsCancellationRequested) restsUntil = time.GetUtcNow() + (FirstRest * (1 << Math.Min(timeOuts++, LongestDoubling)));
            failed(alert, failure);
            return false;
        }
    }
}
