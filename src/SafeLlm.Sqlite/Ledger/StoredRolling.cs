using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>
/// Counts the last 32 whole buckets and the one that is being filled. Open holds count beside the buckets until they are
/// closed; then what they came to goes into the bucket of the instant at which they were taken. Where the clock stepped back,
/// what lies ahead of it by up to a window counts too.
/// </summary>
internal sealed class StoredRolling(CounterKey key, RollingWindow window) : StoredCounter(key)
{
    private const int Header = 5;

    private readonly SortedList<long, long> buckets = [];
    private long newest = long.MinValue;
    private long held;
    private long told;
    private long toldStretch;

    public override long Held => held;

    public override long Spent
    {
        get
        {
            var sum = 0L;
            for (var i = 0; i < buckets.Count && buckets.Keys[i] <= newest + RollingWindow.Buckets; i++)
            {
                sum += buckets.Values[i];
            }

            return sum;
        }
    }

    public override long Slot => newest;

    public override int StateLength => 8 * (Header + (buckets.Count * 2));

    protected override long EmptyAt
    {
        get
        {
            var left = buckets.Count == 0 ? 0 : window.Leaves(buckets.Keys[^1]).UtcTicks;
            return told == 0 ? left : Math.Max(left, StartOf(toldStretch + 1));
        }
    }

    public override void Advance(long now)
    {
        newest = now / window.BucketTicks;
        while (buckets.Count > 0 && buckets.Keys[0] < newest - RollingWindow.Buckets)
        {
            Forgotten = Math.Max(Forgotten, buckets.Keys[0]);
            buckets.RemoveAt(0);
        }
    }

    public override void Hold(long amount) => held += amount;

    public override void Close(long slot, long held, long spent)
    {
        this.held -= held;
        Charge(slot, spent);
    }

    public override void Charge(long slot, long amount)
    {
        if (slot < newest - RollingWindow.Buckets)
        {
            return;
        }

        var sum = Sum(buckets.GetValueOrDefault(slot), amount);
        if (sum != 0)
        {
            buckets[slot] = sum;
        }
        else
        {
            _ = buckets.Remove(slot);
        }
    }

    public override (long Start, long Spent, int Told)? RunOf(long slot, long now)
    {
        var stretch = now / (RollingWindow.Buckets * window.BucketTicks);
        if (stretch != toldStretch)
        {
            (toldStretch, told) = (stretch, 0);
        }

        return (StartOf(stretch), Spent, (int)told);
    }

    public override void Tell(long slot, int percent) => told = percent;

    public override DateTimeOffset? RoomAt(long amount, long cap)
    {
        if (amount > cap || held > cap - amount)
        {
            return null;
        }

        // All that lies ahead will have come into the window by the time that what is before it has left.
        var missing = (Int128)amount + held - cap;
        foreach (var spent in buckets.Values)
        {
            missing += spent;
        }

        foreach (var (bucket, spent) in buckets)
        {
            missing -= spent;
            if (missing <= 0)
            {
                return window.Leaves(bucket);
            }
        }

        return null;
    }

    public override void Clear() => buckets.Clear();

    public override bool Clears(long slot) => true;

    public override void Save(Span<byte> state)
    {
        Write(state, 0, held);
        Write(state, 1, newest);
        Write(state, 2, told);
        Write(state, 3, toldStretch);
        Write(state, 4, Forgotten);
        for (var i = 0; i < buckets.Count; i++)
        {
            Write(state, Header + (i * 2), buckets.Keys[i]);
            Write(state, Header + (i * 2) + 1, buckets.Values[i]);
        }
    }

    public override void Load(ReadOnlySpan<byte> state)
    {
        if (state.IsEmpty)
        {
            return;
        }

        held = Read(state, 0);
        newest = Read(state, 1);
        told = Read(state, 2);
        toldStretch = Read(state, 3);
        Forgotten = Read(state, 4);
        for (var at = Header; (at + 2) * 8 <= state.Length; at += 2)
        {
            buckets[Read(state, at)] = Read(state, at + 1);
        }
    }

    private long StartOf(long stretch) => stretch * RollingWindow.Buckets * window.BucketTicks;
}
