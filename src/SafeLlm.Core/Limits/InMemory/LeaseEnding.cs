using SafeLlm.Alerts;

namespace SafeLlm.Limits.InMemory;

/// <summary>Ends a lease at each of its hold's counters: charged in full, or given back.</summary>
internal readonly struct LeaseEnding(HoldEntry entry, long now, InMemoryAlertOutbox? outbox) : IShareVisitor
{
    public void At(in Share share)
    {
        var counter = share.Counter;
        var charged = entry.OnLeaseEnd == LeaseEnd.Charge ? share.Held : 0;
        counter.Close(share.Slot, share.Held, charged);
        if (charged > 0 && outbox is not null)
        {
            counter.Tell(share.Slot, now, outbox);
        }
    }
}
