namespace SafeLlm.Limits;

/// <summary>
/// Keeps the counters and the holds of all limits. Settled + held stays at or below the cap of every limit, through any
/// interleaving of calls; only a settle above its hold can pass it. All changing operations are idempotent by id.
/// </summary>
public interface ILedger
{
    /// <summary>Checks every limit and takes from all or from none; with a nonce, claims it in the same operation.</summary>
    ValueTask<HoldResult> HoldAsync(HoldRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a hold by what was really used. Lower gives the difference back at once; higher is recorded in full and
    /// flagged. Within 24 hours after its lease a hold is still corrected, once.
    /// </summary>
    ValueTask<SettleResult> SettleAsync(string holdId, Amounts actual, CancellationToken cancellationToken);

    /// <summary>Gives a hold back whole. False where the ledger does not know it.</summary>
    ValueTask<bool> ReleaseAsync(string holdId, CancellationToken cancellationToken);

    /// <summary>Lets a hold's lease end later: counted from now. False where the hold is closed or unknown.</summary>
    ValueTask<bool> ExtendAsync(string holdId, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>How full each of the limits is, all read at one instant, in the order given.</summary>
    ValueTask<IReadOnlyList<LimitState>> ReadAsync(IReadOnlyList<Limit> limits, CancellationToken cancellationToken);

    /// <summary>How many holds are open.</summary>
    ValueTask<int> CountHoldsAsync(CancellationToken cancellationToken);
}
