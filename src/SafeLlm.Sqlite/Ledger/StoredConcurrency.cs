namespace SafeLlm.Sqlite.Ledger;

/// <summary>
/// Counts the open holds themselves. It also stands in for a calendar window whose zone is not known to this process: what is
/// held is then kept right, and what is spent is left to those who know the zone.
/// </summary>
internal sealed class StoredConcurrency(CounterKey key) : StoredCounter(key)
{
    private byte[] rest = [];

    public override long Spent => 0;

    public override long Slot => 0;

    public override int StateLength => 8 + rest.Length;

    protected override long EmptyAt => rest.Length == 0 ? 0 : long.MaxValue;

    public override void Advance(long now)
    {
        // Nothing leaves by time: leases are closed by the ledger.
    }

    public override void Close(long slot, long held, long spent) => Held -= held;

    public override void Charge(long slot, long amount)
    {
        // A call that is over takes no room.
    }

    public override DateTimeOffset? RoomAt(long amount, long cap) => null;

    public override void Clear()
    {
        // Nothing is ever spent.
    }

    public override void Save(Span<byte> state)
    {
        Write(state, 0, Held);
        rest.CopyTo(state[8..]);
    }

    public override void Load(ReadOnlySpan<byte> state)
    {
        Held = Read(state, 0);
        rest = state[8..].ToArray();
    }
}
