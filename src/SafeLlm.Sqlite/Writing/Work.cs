namespace SafeLlm.Sqlite.Writing;

/// <summary>One operation on the store, queued for the writer. It may run again where its transaction was rolled back because of another.</summary>
internal abstract class Work(bool isDurable)
{
    private const int Queued = 0;
    private const int Started = 1;
    private const int Given = 2;
    private int phase;

    /// <summary>Whether its commit must reach the disk before it is answered. Others ride the next one that does.</summary>
    public bool IsDurable { get; } = isDurable;

    /// <summary>False where the caller has given it up meanwhile.</summary>
    public bool TryStart() => Interlocked.CompareExchange(ref phase, Started, Queued) == Queued;

    public abstract void Run(StoreSession session);

    public abstract void Complete();

    public abstract void Fail(Exception failure);

    /// <summary>Whether it had not started, so that nothing will come of it.</summary>
    protected bool TryGiveUp() => Interlocked.CompareExchange(ref phase, Given, Queued) == Queued;
}
