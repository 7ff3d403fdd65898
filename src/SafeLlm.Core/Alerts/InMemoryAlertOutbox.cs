namespace SafeLlm.Alerts;

/// <summary>
/// An outbox that lives and dies with its process. Bounded: where more than <see cref="MaxWaiting"/> alerts wait, the oldest
/// goes, and <see cref="Dropped"/> counts it. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class InMemoryAlertOutbox(TimeProvider time) : IAlertOutbox
{
    /// <summary>How many alerts wait at most: 10,000.</summary>
    public const int MaxWaiting = 10_000;

    private const int MostRemembered = 100_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    private readonly Lock gate = new();
    private readonly LinkedList<Entry> waiting = [];
    private readonly Dictionary<string, LinkedListNode<Entry>?> known = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTimeOffset At)> ids = new();
    private long dropped;

    /// <summary>How many alerts were dropped because too many waited.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <inheritdoc/>
    public ValueTask<bool> RecordAsync(Alert alert, CancellationToken cancellationToken) => ValueTask.FromResult(Record(alert));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PendingAlert>> TakeAsync(int most, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        var now = time.GetUtcNow();
        List<PendingAlert> taken = [];
        lock (gate)
        {
            foreach (var entry in waiting)
            {
                if (entry.DueAt > now) continue;
                entry.DueAt = now + lease;
                entry.Attempts++;
                taken.Add(new PendingAlert(entry.Alert, entry.Attempts));
                if (taken.Count == most) break;
            }
        }

        return ValueTask.FromResult<IReadOnlyList<PendingAlert>>(taken);
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(string alertId, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (known.TryGetValue(alertId, out var node) && node is not null)
            {
                waiting.Remove(node);
                known[alertId] = null;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask PostponeAsync(string alertId, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero);
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (known.TryGetValue(alertId, out var node) && node is not null) node.Value.DueAt = now + wait;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Records, unless the id is known. Called with the locks of the ledger's counters held, so it asks for none of them.</summary>
    internal bool Record(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var now = time.GetUtcNow();
        lock (gate)
        {
            Forget(now);
            if (known.ContainsKey(alert.Id)) return false;
            if (waiting.Count == MaxWaiting)
            {
                known[waiting.First!.Value.Alert.Id] = null;
                waiting.RemoveFirst();
                Interlocked.Increment(ref dropped);
            }

            known.Add(alert.Id, waiting.AddLast(new Entry(alert)));
            ids.Enqueue((alert.Id, now));
            return true;
        }
    }

    // Ids are remembered beyond delivery, so that a matter that is found again is not told again. What still waits is kept.
    private void Forget(DateTimeOffset now)
    {
        for (var i = ids.Count; i > 0 && (ids.Peek().At <= now - Remembered || ids.Count > MostRemembered); i--)
        {
            var (id, at) = ids.Dequeue();
            if (known.TryGetValue(id, out var node) && node is not null) ids.Enqueue((id, at));
            else known.Remove(id);
        }
    }

    private sealed class Entry(Alert alert)
    {
        public Alert Alert { get; } = alert;

        public int Attempts { get; set; }

        public DateTimeOffset DueAt { get; set; } = DateTimeOffset.MinValue;
    }
}
