namespace SafeLlm.Alerts;

/// <summary>
/// Carries alerts from an outbox to sinks: at least once, under a stable id, in the background and one batch at a time. What a sink
/// does not take is tried again, later and later; what its process did not live to deliver waits in the outbox where that outlives it.
/// </summary>
/// <param name="outbox">Where they wait.</param>
/// <param name="sinks">Where they go, all to each.</param>
/// <param name="time">The clock.</param>
/// <param name="onFailure">Told where a sink, or the outbox (then without an alert), failed.</param>
public sealed class AlertPump(IAlertOutbox outbox, IReadOnlyList<IAlertSink> sinks, TimeProvider time, Action<Alert?, Exception> onFailure) : IDisposable
{
    private const int Batch = 16;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SinkPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private Task running = Task.CompletedTask;
    private bool isAsked;

    /// <summary>Says that alerts may wait. Returns at once; what waits is delivered behind it.</summary>
    public void Kick()
    {
        lock (gate)
        {
            isAsked = true;
            if (running.IsCompleted && !ending.IsCancellationRequested) running = Task.Run(RunAsync, CancellationToken.None);
        }
    }

    /// <summary>Completes when nothing is being delivered any more; what was postponed is not waited for.</summary>
    public Task FlushAsync()
    {
        lock (gate) return running;
    }

    /// <summary>Stops. What was not delivered stays in the outbox.</summary>
    public void Dispose() => ending.Cancel();

    private async Task RunAsync()
    {
        var pause = TimeSpan.Zero;
        while (!ending.IsCancellationRequested)
        {
            lock (gate) isAsked = false;
            try
            {
                pause = await DeliverAsync().ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException && !ending.IsCancellationRequested)
            {
                onFailure(null, failure);
                pause = FirstPause;
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }

            lock (gate)
            {
                if (isAsked) continue;
                running = Task.CompletedTask;
            }

            // Somebody comes back for what was postponed, even if no further alert asks for it.
            if (pause > TimeSpan.Zero) _ = ComeBackAsync(pause);
            return;
        }
    }

    // How long to wait before coming back; zero where nothing is left.
    private async Task<TimeSpan> DeliverAsync()
    {
        var pause = TimeSpan.Zero;
        while (await outbox.TakeAsync(Batch, Lease, ending.Token).ConfigureAwait(false) is { Count: > 0 } pending)
        {
            foreach (var (alert, attempt) in pending)
            {
                if (await SendAsync(alert).ConfigureAwait(false))
                {
                    await outbox.CompleteAsync(alert.Id, ending.Token).ConfigureAwait(false);
                    continue;
                }

                var wait = FirstPause * Math.Pow(2, Math.Clamp(attempt - 1, 0, 10));
                if (wait > LongestPause) wait = LongestPause;
                await outbox.PostponeAsync(alert.Id, wait, ending.Token).ConfigureAwait(false);
                if (pause == TimeSpan.Zero || wait < pause) pause = wait;
            }
        }

        return pause;
    }

    private async Task<bool> SendAsync(Alert alert)
    {
        var isTaken = true;
        foreach (var sink in sinks)
        {
            using var patience = new CancellationTokenSource(SinkPatience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ending.Token);
            try
            {
                await sink.SendAsync(alert, either.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException && !ending.IsCancellationRequested)
            {
                onFailure(alert, failure);
                isTaken = false;
            }
        }

        return isTaken;
    }

    private async Task ComeBackAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, time, ending.Token).ConfigureAwait(false);
            Kick();
        }
        catch (OperationCanceledException)
        {
            // Stopped meanwhile; the outbox keeps what is left.
        }
    }
}
