namespace SafeLlm.Limits.InMemory;

/// <summary>
/// What one thread at a time is in, for some tens of nanoseconds. Part of what it guards, so that both are on one line of memory.
/// </summary>
/// <remarks>
/// <see cref="Lock"/> costs a second atomic to leave, because others may sleep at it, and an atomic waits for every write before
/// it. Nobody sleeps at a gate: whoever finds it taken looks again, and gives the processor away when it stays taken, because then
/// the thread inside has lost its own.
/// </remarks>
internal abstract class Gate
{
    private int taken;

    public void Enter()
    {
        if (Interlocked.Exchange(ref taken, 1) != 0)
        {
            Wait();
        }
    }

    public void Exit() => Volatile.Write(ref taken, 0);

    private void Wait()
    {
        var spin = default(SpinWait);
        do
        {
            spin.SpinOnce();
        }
        while (Volatile.Read(ref taken) != 0 || Interlocked.Exchange(ref taken, 1) != 0);
    }
}
