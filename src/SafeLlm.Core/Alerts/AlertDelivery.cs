using System.Runtime.CompilerServices;

namespace SafeLlm.Alerts;

/// <summary>
/// Hands what waits in an outbox to the sinks, at least once to each: soon after it is nudged, and every 15 seconds for what other
/// processes or ended leases recorded. A sink that fails gets the alert again, after 5 seconds at first and 10 minutes at most; one that
/// takes longer than 30 seconds is left alone for a minute at first and 16 at most. No sink waits for another.
/// </summary>
public sealed class AlertDelivery : IDisposable
{
    private const int AtOnce = 8;
    private const int LongestDoubling = 7;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
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
    private readonly Dictionary<string, (HashSet<AlertLane> Done, DateTimeOffset TriedAt)> partly = new(StringComparer.Ordinal);
    private readonly ITimer timer;
    private AlertLane[] lanes = [];
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
            var known = lanes.Select(lane => lane.Sink).ToHashSet();
            AlertLane[] added = [.. sinks.Where(known.Add).Select(sink => new AlertLane(sink, time))];
            if (added.Length == 0) return;
            if (lanes.Length == 0) timer.Change(Interval, Interval);
            lanes = [.. lanes, .. added];
        }

        Nudge();
    }

    /// <summary>Something was recorded: it is delivered in the background.</summary>
    public void Nudge()
    {
        if (lanes.Length > 0 && Interlocked.Increment(ref nudges) == 1) Background = Task.Run(RunAsync);
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
            while (lanes.Length > 0 && await outbox.TakeAsync(AtOnce, Lease, cancellationToken).ConfigureAwait(false) is { Count: > 0 } waiting)
            {
                count += await DeliverAsync(waiting, cancellationToken).ConfigureAwait(false);
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
        lock (gate) lanes = [];
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

    // A lane is over within its patience, but for sinks that are slow and not silent: well within the lease of a batch.
    private async ValueTask<int> DeliverAsync(IReadOnlyList<PendingAlert> waiting, CancellationToken cancellationToken)
    {
        var all = lanes;
        var sent = await Task.WhenAll(all.Select(lane => lane.SendAsync(
            [.. waiting.Select(pending => Has(lane, pending.Alert) ? null : pending.Alert)],
            (alert, failure) => Failed?.Invoke(alert, failure),
            () => lanes.Length == 0,
            cancellationToken))).ConfigureAwait(false);
        var count = 0;
        for (var i = 0; i < waiting.Count; i++)
        {
            if (await IsClosedAsync(waiting[i], [.. all.Where((_, lane) => sent[lane][i])], all.Length, cancellationToken).ConfigureAwait(false)) count++;
        }

        return count;
    }

    private bool Has(AlertLane lane, Alert alert) => partly.TryGetValue(alert.Id, out var known) && known.Done.Contains(lane);

    private async ValueTask<bool> IsClosedAsync(PendingAlert pending, HashSet<AlertLane> done, int all, CancellationToken cancellationToken)
    {
        var id = pending.Alert.Id;
        if (done.Count == all && all > 0)
        {
            partly.Remove(id);
            await outbox.CompleteAsync(id, cancellationToken).ConfigureAwait(false);
            return true;
        }

        // Ended while it was delivering: the next process has what is left when its lease ends.
        if (lanes.Length == 0) return false;
        partly[id] = (done, time.GetUtcNow());
        var wait = FirstWait * (1 << Math.Clamp(pending.Attempt - 1, 0, LongestDoubling));
        await outbox.PostponeAsync(id, wait < LongestWait ? wait : LongestWait, cancellationToken).ConfigureAwait(false);
        return false;
    }
}
