namespace SafeLlm.Waiting;

/// <summary>A call that waits at one counter for room. Dispose it to leave the queue.</summary>
internal sealed class Waiter(WaitRoom room, string counter) : IDisposable
{
    private TaskCompletionSource pulse = New();

    /// <summary>The counter at which it waits.</summary>
    public string Counter => counter;

    /// <summary>Its place in the queue; null once it has left.</summary>
    public LinkedListNode<Waiter>? Place { get; set; }

    /// <summary>Whether nobody came before it.</summary>
    public bool IsFirst => room.IsFirst(this);

    /// <summary>Waits until something may have changed, or a time has passed.</summary>
    public async ValueTask WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await pulse.Task.WaitAsync(most, time, cancellationToken).ConfigureAwait(false);
            pulse = New();
        }
        catch (TimeoutException)
        {
            // Time alone may have made room.
        }
    }

    /// <summary>Says that something may have changed.</summary>
    public void Pulse() => pulse.TrySetResult();

    public void Dispose() => room.Leave(this);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
