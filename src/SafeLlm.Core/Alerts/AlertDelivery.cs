using System.Runtime.CompilerServices;

namespace SafeLlm.Alerts;

/// <summary>
/// Hands what waits in an outbox to the sinks, at least once to each: soon after it is nudged, and every 15 seconds for what other
/// processes or ended leases recorded. A sink that fails gets the alert again, after 5 seconds at first and 10 minutes at most.
/// </summary>
public sealed class AlertDelivery : IDisposable
{
    private const int AtOnce = 8;
    private const int LongestDoubling = 7;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    // Longer than an alert is away while a few other processes try it, one after the other: what is forgotten too early is sent twice.
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);
    private static readonly ConditionalWeakTable<IAlertOutbox, AlertDelivery> Shared = [];

    private readonly IAlertOutbox outbox;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Lock gate = new();

    // Which sinks have an alert that others do not have yet, and when it was tried. Another process may finish it, which nobody tells here.
    private readonly Dictionary<string, (HashSet<IAlertSink> Done, DateTimeOffset TriedAt)> partly = new(StringComparer.Ordinal);
    private readonly ITimer timer;
    private IAlertSink[] sinks = [];
    private int nudges;

    private AlertDelivery(IAlertOutbox outbox, TimeProvider time)
    {
        this.outbox = outbox;
        this.time = time;

        // The timer must not keep alive what it works for: clients without a host are never disposed.
        timer = time.CreateTimer(static state => Wake((WeakReference<AlertDelivery>)state!), new WeakReference<AlertDelivery>(this), Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called where a sink or the outbox failed, with the alert if it was a sink. For a line in the log.</summary>
    public Action<Alert?, Exception>? Failed { get; set; }

    /// <summary>The rounds that the last nudge began: who counts what a round of its own delivers awaits them first.</summary>
    internal Task Background { get; private set; } = Task.CompletedTask;

    /// <summary>The delivery of an outbox: one in a process, whoever asks, so that clients that share their stores share their sinks.</summary>
    public static AlertDelivery Of(IAlertOutbox outbox, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(outbox);
        ArgumentNullException.ThrowIfNull(time);
        return Shared.GetValue(outbox, key => new AlertDelivery(key, time));
    }

    /// <summary>Adds a sink, unless an equal one is there. With the first, delivery begins.</summary>
    public void Add(IAlertSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        Add([sink]);
    }

    /// <summary>
    /// Adds sinks, those left out that have an equal one. They are added at once: what an earlier process left is gone from the
    /// outbox when every sink that is there has it.
    /// </summary>
    public void Add(IEnumerable<IAlertSink> sinks)
    {
        ArgumentNullException.ThrowIfNull(sinks);
        lock (gate)
        {
            var all = this.sinks.Concat(sinks).Distinct().ToArray();
            if (all.Length == this.sinks.Length) return;
            if (this.sinks.Length == 0) timer.Change(Interval, Interval);
            this.sinks = all;
        }

        Nudge();
    }

    /// <summary>Something was recorded: it is delivered in the background.</summary>
    public void Nudge()
    {
        if (sinks.Length > 0 && Interlocked.Increment(ref nudges) == 1) Background = Task.Run(RunAsync);
    }

    /// <summary>Delivers everything that waits now.</summary>
    /// <returns>How many alerts were delivered to all sinks.</returns>
    public async Task<int> DeliverAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ForgetOld();
            var count = 0;
            while (sinks.Length > 0 && await outbox.TakeAsync(AtOnce, Lease, cancellationToken).ConfigureAwait(false) is { Count: > 0 } waiting)
            {
                foreach (var pending in waiting)
                {
                    if (await IsDeliveredAsync(pending, cancellationToken).ConfigureAwait(false)) count++;
                }
            }

            return count;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Ends the delivery. What waits is handed out by the next process, where the store outlives this one.</summary>
    public void Dispose()
    {
        timer.Dispose();
        lock (gate) sinks = [];
    }

    private static void Wake(WeakReference<AlertDelivery> delivery)
    {
        if (delivery.TryGetTarget(out var alive)) alive.Nudge();
    }

    private void ForgetOld()
    {
        var oldest = time.GetUtcNow() - Remembered;
        foreach (var (id, (_, triedAt)) in partly)
        {
            if (triedAt < oldest) partly.Remove(id);
        }
    }

    private async Task RunAsync()
    {
        // Nudges that come meanwhile ask for one more round, however many they are.
        for (var seen = 1; ; seen = Volatile.Read(ref nudges))
        {
            try
            {
                await DeliverAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Failed?.Invoke(null, failure);
            }

            if (Interlocked.CompareExchange(ref nudges, 0, seen) == seen) return;
        }
    }

    private async ValueTask<bool> IsDeliveredAsync(PendingAlert pending, CancellationToken cancellationToken)
    {
        var alert = pending.Alert;
        var done = partly.GetValueOrDefault(alert.Id).Done ?? [];
        var isWhole = true;
        var all = sinks;
        // Ended while it was delivering: the next process has what is left when its lease ends.
        if (all.Length == 0) return false;
        foreach (var sink in all)
        {
            if (done.Contains(sink)) continue;
            if (await IsSentAsync(sink, alert, cancellationToken).ConfigureAwait(false)) done.Add(sink);
            else isWhole = false;
        }

        if (isWhole)
        {
            partly.Remove(alert.Id);
            await outbox.CompleteAsync(alert.Id, cancellationToken).ConfigureAwait(false);
            return true;
        }

        partly[alert.Id] = (done, time.GetUtcNow());
        var wait = FirstWait * (1 << Math.Clamp(pending.Attempt - 1, 0, LongestDoubling));
        await outbox.PostponeAsync(alert.Id, wait < LongestWait ? wait : LongestWait, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async ValueTask<bool> IsSentAsync(IAlertSink sink, Alert alert, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            // A sink that takes no notice of its token would keep all others from their alerts.
            await sink.SendAsync(alert, either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            Failed?.Invoke(alert, failure);
            return false;
        }
    }
}
