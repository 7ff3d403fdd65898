namespace SafeLlm.Limits.InMemory;

/// <summary>Counts the open holds themselves.</summary>
internal sealed class ConcurrencyCounter(uint hash, CounterStripe home, Limit limit) : Counter(hash, home, limit.Scope, limit.Dimension)
{
    private byte never;

    public override Window? Window => null;

    // Nothing leaves by time: leases are closed by the ledger.
    protected override (long From, long Until) Turn(long now) => (long.MinValue, long.MaxValue);

    public override void Close(long slot, long held, long spent) => Held -= held;

    public override void Charge(long slot, long amount)
    {
        // A call that is over takes no room.
    }

    public override DateTimeOffset? RoomAt(long amount, long cap) => null;

    public override bool IsIdle(long now) => References == 0;

    protected override ref byte Told(long slot, long now, out long start, out long spent)
    {
        (start, spent) = (0, 0);
        return ref never;
    }
}
