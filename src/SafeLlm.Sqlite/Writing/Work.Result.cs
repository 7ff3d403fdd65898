namespace SafeLlm.Sqlite.Writing;

/// <summary>An operation with a result.</summary>
internal sealed class Work<T>(bool isDurable, Func<StoreSession, T> run) : Work(isDurable)
{
    // The writer never runs a caller's code.
    private readonly TaskCompletionSource<T> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration registration;
    private T? result;

    public Task<T> Task => source.Task;

    /// <summary>Once it has started it is carried through: an answer that was taken is never thrown away.</summary>
    public void GiveUpOn(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            registration = cancellationToken.UnsafeRegister(
                static (state, token) =>
                {
                    var work = (Work<T>)state!;
                    if (work.TryGiveUp())
                    {
                        _ = work.source.TrySetCanceled(token);
                    }
                },
                this);
        }
    }

    public override void Run(StoreSession session) => result = run(session);

    public override void Complete()
    {
        _ = registration.Unregister();
        _ = source.TrySetResult(result!);
    }

    public override void Fail(Exception failure)
    {
        _ = registration.Unregister();
        _ = source.TrySetException(failure);
    }
}
