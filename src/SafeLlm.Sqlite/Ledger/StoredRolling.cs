using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>
/// Counts the last 32 whole buckets and the one that is being filled. Open holds count beside the buckets until they are
/// closed; then what they came to goes into the bucket of the instant at which they were taken.
/// </summary>
internal sealed class StoredRolling(CounterKey key, RollingWindow window) : StoredCounter(key)
{
    private const int Ring = RollingWindow.Buckets + 1;

    private readonly long[] amounts = new long[Ring];
    private long newest = long.MinValue;
    private long spent;

    public override long Spent => spent;

    public override long Slot => newest;

    public override int StateLength => 8 * (Ring + 2);

    protected override long EmptyAt => spent == 0 ? 0 : window.Leaves(newest).UtcTicks;

    public override void Advance(long now)
    {
        var bucket = now / window.BucketTicks;
        if (bucket > newest)
        {
            if (spent != 0)
            {
                Leave(bucket);
            }

            newest = bucket;
        }
        else if (bucket < newest - RollingWindow.Buckets)
        {
            // The clock stepped back by more than the window: all that counts is taken to be of now, so that it lapses a
            // window from now and not in a far future.
            Array.Clear(amounts);
            newest = bucket;
            amounts[At(bucket)] = spent;
        }
    }

    public override void Close(long slot, long held, long spent)
    {
        Held -= held;
        Charge(slot, spent);
    }

    public override void Charge(long slot, long amount)
    {
        if (slot <= newest - Ring)
        {
            return;
        }

        ref var bucket = ref amounts[At(Math.Min(slot, newest))];
        spent -= bucket;
        bucket = Sum(bucket, amount);
        spent += bucket;
    }

    public override DateTimeOffset? RoomAt(long amount, long cap)
    {
        if (amount > cap || Held > cap - amount)
        {
            return null;
        }

        var missing = spent - (cap - amount - Held);
        var bucket = newest - RollingWindow.Buckets;
        while ((missing -= amounts[At(bucket)]) > 0)
        {
            bucket++;
        }

        return window.Leaves(bucket);
    }

    public override void Clear()
    {
        Array.Clear(amounts);
        spent = 0;
    }

    public override void Save(Span<byte> state)
    {
        Write(state, 0, Held);
        Write(state, 1, newest);
        for (var i = 0; i < Ring; i++)
        {
            Write(state, i + 2, amounts[i]);
        }
    }

    public override void Load(ReadOnlySpan<byte> state)
    {
        Held = Read(state, 0);
        newest = Read(state, 1);
        spent = 0;
        for (var i = 0; i < Ring; i++)
        {
            amounts[i] = Read(state, i + 2);
            spent += amounts[i];
        }
    }

    private void Leave(long bucket)
    {
        if (bucket - newest >= Ring)
        {
            Clear();
            return;
        }

        for (var next = newest + 1; next <= bucket; next++)
        {
            // The slot that the next bucket takes over is that of the one that leaves.
            ref var left = ref amounts[At(next)];
            spent -= left;
            left = 0;
        }
    }

    private static int At(long bucket) => (int)(bucket % Ring);
}
