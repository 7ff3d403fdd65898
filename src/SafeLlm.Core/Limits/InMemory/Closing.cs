using SafeLlm.Alerts;

namespace SafeLlm.Limits.InMemory;

/// <summary>Closes a hold at each of its counters: what was held is replaced where it was taken, what is more belongs to now.</summary>
internal struct Closing(HoldPhase phase, in Amounts actual, long now, InMemoryAlertOutbox? outbox) : IShareVisitor
{
    private readonly AmountTable actual = new(actual);

    /// <summary>Whether more was used than was still held, or charged when the lease ended.</summary>
    public bool IsOverrun { get; private set; }

    /// <summary>Whether a soft limit was reached for the first time.</summary>
    public bool HasAlerts { get; private set; }

    public void At(in Share share)
    {
        var counter = share.Counter;
        counter.References--;
        var dimension = counter.Dimension;
        var used = actual.In(dimension);
        var held = share.Held;
        if (dimension == Dimension.ConcurrentCalls)
        {
            if (phase == HoldPhase.Open)
            {
                counter.Close(share.Slot, held, 0);
            }

            return;
        }

        var covered = held;
        if (phase == HoldPhase.Open)
        {
            counter.Close(share.Slot, held, Math.Min(used, held));
            Tell(counter, share.Slot, Math.Min(used, held));
        }
        else
        {
            // A lease that gave everything back covers nothing any more.
            covered = phase == HoldPhase.Charged ? held : 0;
            counter.Correct(share.Slot, covered - Math.Min(used, covered));
        }

        if (used > covered)
        {
            counter.Charge(counter.Slot, used - covered);
            Tell(counter, counter.Slot, used - covered);
            IsOverrun = true;
        }
    }

    private void Tell(Counter counter, long slot, long charged)
    {
        if (charged > 0 && outbox is not null)
        {
            HasAlerts |= counter.Tell(slot, now, outbox);
        }
    }
}
