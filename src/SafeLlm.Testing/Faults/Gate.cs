namespace SafeLlm.Testing;

/// <summary>
/// Holds answers back until a test lets them go, so that "slow" needs no sleep: wait for <see cref="ReachedAsync"/>, look at
/// what a call under way holds, then <see cref="Open"/>. Thread-safe.
/// </summary>
public sealed class Gate
{
    private readonly Lock access = new();
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(int Count, TaskCompletionSource Reached)> watchers = [];
    private int arrived;

    /// <summary>Lets go everything that waits here, and all that comes later.</summary>
    public void Open() => opened.TrySetResult();

    /// <summary>Completes when that many attempts have come to the gate.</summary>
    /// <param name="attempts">How many; 1 unless said otherwise.</param>
    /// <param name="cancellationToken">Ends the wait, not the attempts.</param>
    public Task ReachedAsync(int attempts = 1, CancellationToken cancellationToken = default)
    {
        lock (access)
        {
            if (arrived >= attempts) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            watchers.Add((attempts, reached));
            return reached.Task.WaitAsync(cancellationToken);
        }
    }

    internal Task PassAsync(CancellationToken cancellationToken)
    {
        lock (access)
        {
            arrived++;
            foreach (var (count, reached) in watchers)
            {
                if (arrived >= count) reached.TrySetResult();
            }
        }

        return opened.Task.WaitAsync(cancellationToken);
    }
}
