using SafeLlm.Limits;

namespace SafeLlm.RateLimiting;

/// <summary>
/// Lets what a lease holds go on for as long as the lease is open. The timer knows the lease only weakly, so that one which was lost
/// without being disposed is not extended for ever: what it holds ends with its last extension.
/// </summary>
internal sealed class LeaseExtension : IDisposable
{
    private readonly ILedger ledger;
    private readonly string holdId;
    private readonly TimeSpan length;
    private readonly TimeSpan half;
    private readonly WeakReference<LedgerLease> lease;
    private readonly Action lost;
    private readonly ITimer timer;
    private TimeSpan pause = LeasePauses.First;

    /// <param name="lease">The lease, which stops this when it is disposed.</param>
    /// <param name="holdId">What it holds.</param>
    /// <param name="length">For how long each time.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lost">Called where the lease is gone and was not disposed.</param>
    public LeaseExtension(LedgerLease lease, string holdId, TimeSpan length, ILedger ledger, TimeProvider time, Action lost)
    {
        (this.lease, this.holdId, this.length, this.ledger, this.lost) = (new(lease), holdId, length, ledger, lost);

        // Of the shortest leases half is nothing at all.
        half = length / 2 > LeasePauses.First ? length / 2 : LeasePauses.First;
        timer = time.CreateTimer(static state => _ = ((LeaseExtension)state!).ExtendAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(half, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer.Dispose();

    private async Task ExtendAsync()
    {
        if (!lease.TryGetTarget(out _))
        {
            Dispose();
            lost();
            return;
        }

        var next = half;
        try
        {
            // One that is closed or unknown stays so.
            if (!await ledger.ExtendAsync(holdId, length, CancellationToken.None).ConfigureAwait(false)) return;
            pause = LeasePauses.First;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // There is another half for more tries. What ends all the same is charged, and the settle that follows corrects it.
            (next, pause) = (pause, LeasePauses.After(pause));
        }

        // After its disposal a timer stays still.
        timer.Change(next, Timeout.InfiniteTimeSpan);
    }
}
