using System.Runtime.CompilerServices;

namespace SafeLlm.Limits.InMemory;

/// <summary>
/// Counts the last 32 whole buckets and the one that is being filled. Open holds count beside the buckets until they are
/// closed; then what they came to goes into the bucket of the instant at which they were taken. Where the clock stepped back,
/// what lies ahead of it by up to a window counts too: no stretch of that length is ever above the cap.
/// </summary>
internal sealed class RollingCounter(uint hash, CounterStripe home, Limit limit, RollingWindow window)
    : Counter(hash, home, limit.Scope, limit.Dimension)
{
    private const int Ring = RollingWindow.Buckets + 1;

    private long inRing;
    private long toldStretch;
    private BucketsAhead? ahead;
    private byte told;
    private Amount amounts;

    public override Window Window => window;

    protected override (long From, long Until) Turn(long now)
    {
        var bucket = now / window.BucketTicks;
        if (bucket > Slot)
        {
            if (inRing != 0)
            {
                Leave(bucket);
            }

            Slot = bucket;
            if (ahead is not null)
            {
                Rejoin();
            }
        }
        else if (bucket < Slot)
        {
            StepBack(bucket);
        }

        Spent = Counted();
        return (bucket * window.BucketTicks, (bucket + 1) * window.BucketTicks);
    }

    public override void Close(long slot, long held, long spent)
    {
        Held -= held;
        Charge(slot, spent);
    }

    public override void Charge(long slot, long amount)
    {
        if (slot > Slot)
        {
            (ahead ??= new BucketsAhead()).Set(slot, Sum(ahead.Get(slot), amount));
        }
        else if (slot > Slot - Ring)
        {
            ref var bucket = ref amounts[At(slot)];
            inRing -= bucket;
            bucket = Sum(bucket, amount);
            inRing += bucket;
        }

        Spent = Counted();
    }

    public override DateTimeOffset? RoomAt(long amount, long cap)
    {
        if (amount > cap || Held > cap - amount)
        {
            return null;
        }

        // All that lies ahead will have come into the window by the time that what is before it has left.
        var missing = inRing + (ahead?.Sum(long.MaxValue) ?? 0) - (cap - amount - Held);
        for (var bucket = Slot - RollingWindow.Buckets; bucket <= Slot; bucket++)
        {
            if ((missing -= amounts[At(bucket)]) <= 0)
            {
                return window.Leaves(bucket);
            }
        }

        return window.Leaves(ahead!.ReachedAt(missing));
    }

    public override bool IsIdle(long now)
    {
        Advance(now);
        return References == 0 && inRing == 0 && ahead is null && (told == 0 || toldStretch != Stretch(now));
    }

    protected override ref byte Told(long slot, long now, out long start, out long spent)
    {
        var stretch = Stretch(now);
        if (stretch != toldStretch)
        {
            (toldStretch, told) = (stretch, 0);
        }

        start = stretch * RollingWindow.Buckets * window.BucketTicks;
        spent = Spent;
        return ref told;
    }

    private long Counted() => ahead is null ? inRing : inRing + ahead.Sum(Slot + RollingWindow.Buckets);

    private long Stretch(long now) => now / (RollingWindow.Buckets * window.BucketTicks);

    private void Leave(long bucket)
    {
        Forgotten = Math.Max(Forgotten, bucket - Ring);
        if (bucket - Slot >= Ring)
        {
            amounts = default;
            inRing = 0;
            return;
        }

        for (var next = Slot + 1; next <= bucket; next++)
        {
            // The slot that the next bucket takes over is that of the one that leaves.
            ref var left = ref amounts[At(next)];
            inRing -= left;
            left = 0;
        }
    }

    private void StepBack(long bucket)
    {
        for (var next = Math.Max(bucket + 1, Slot - RollingWindow.Buckets); next <= Slot; next++)
        {
            ref var left = ref amounts[At(next)];
            if (left != 0)
            {
                (ahead ??= new BucketsAhead()).Set(next, left);
                inRing -= left;
                left = 0;
            }
        }

        Slot = bucket;
    }

    private void Rejoin()
    {
        while (ahead!.TakeUpTo(Slot, out var bucket, out var amount))
        {
            if (bucket <= Slot - Ring)
            {
                Forgotten = Math.Max(Forgotten, bucket);
            }

            Charge(bucket, amount);
        }

        if (ahead.IsEmpty)
        {
            ahead = null;
        }
    }

    private static int At(long bucket) => (int)(bucket % Ring);

    [InlineArray(Ring)]
    private struct Amount
    {
        private long first;
    }
}
