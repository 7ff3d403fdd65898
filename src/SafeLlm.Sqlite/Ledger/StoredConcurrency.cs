namespace SafeLlm.Sqlite.Ledger;

/// <summary>Counts the open holds themselves.</summary>
internal sealed class StoredConcurrency(CounterKey key) : StoredCounter(key)
{
    private long held;

    public override long Held => held;

    public override long Spent => 0;

    public override long Slot => 0;

    public override int StateLength => 8;

    protected override long EmptyAt => 0;

    public override void Advance(long now)
    {
        // Nothing leaves by time: leases are closed by the ledger.
    }

    public override void Hold(long amount) => held += amount;

    public override void Close(long slot, long held, long spent) => this.held -= held;

    public override void Charge(long slot, long amount)
    {
        // A call that is over takes no room.
    }

    public override (long Start, long Spent, int Told)? RunOf(long slot, long now) => null;

    public override void Tell(long slot, int percent)
    {
        // Nothing is ever spent.
    }

    public override DateTimeOffset? RoomAt(long amount, long cap) => null;

    public override void Clear()
    {
        // Nothing is ever spent.
    }

    public override bool Clears(long slot) => false;

    public override void Save(Span<byte> state) => Write(state, 0, held);

    public override void Load(ReadOnlySpan<byte> state)
    {
        if (!state.IsEmpty)
        {
            held = Read(state, 0);
        }
    }
}
