namespace SafeLlm.Limits.Waiting;

/// <summary>One caller that waits for room. Its place is guarded by the queues' lock.</summary>
/// <param name="arrival">When it came, as a number: whoever came earlier has a lower one.</param>
/// <param name="limits">All that it needs room at.</param>
internal sealed class Waiter(long arrival, IReadOnlyList<Limit> limits)
{
    // A timer takes no more than some weeks; whoever waits longer looks at the clock in between.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private volatile TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string[]? counters;

    public long Arrival => arrival;

    /// <summary>The counters of its limits. Named once somebody waits: most callers never do.</summary>
    public IReadOnlyList<string> Counters => counters ??= [.. limits.Select(limit => limit.CounterName)];

    /// <summary>Its place, and through it the queue; null while it waits nowhere.</summary>
    public LinkedListNode<Waiter>? Place { get; set; }

    /// <summary>The counter it waits at.</summary>
    public string? Counter { get; set; }

    /// <summary>How often all had been woken when its last turn began.</summary>
    public long SeenWakes { get; set; }

    /// <summary>When its room is due if nothing else is taken; null where that is not known.</summary>
    public DateTimeOffset? RoomAt { get; set; }

    /// <summary>Has it ask again.</summary>
    public void Wake() => wake.TrySetResult();

    /// <summary>Forgets what woke it so far.</summary>
    public void ClearWake()
    {
        if (wake.Task.IsCompleted) wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Waits until it is woken, at most for a while.</summary>
    public async ValueTask WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        var woken = wake.Task;
        if (woken.IsCompleted || most <= TimeSpan.Zero) return;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var passed = Task.Delay(most < Longest ? most : Longest, time, ended.Token);
        await Task.WhenAny(woken, passed).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
