namespace SafeLlm.Soak;

/// <summary>What all callers of a storm have done. Thread-safe.</summary>
internal sealed class StormTotals
{
    private long calls;
    private long spent;
    private long faults;

    public long Calls => Interlocked.Read(ref calls);

    public long Spent => Interlocked.Read(ref spent);

    public long Faults => Interlocked.Read(ref faults);

    public void Add(long amount)
    {
        Interlocked.Increment(ref calls);
        Interlocked.Add(ref spent, amount);
    }

    public void Fault() => Interlocked.Increment(ref faults);
}
