namespace SafeLlm.Limits;

/// <summary>
/// Keeps the counters and the holds of all limits. Settled + held stays at or below the cap of every limit, through any
/// interleaving of calls; only a settle above its hold can pass it. All changing operations are idempotent by id.
/// </summary>
/// <remarks>
/// <para>
/// An amount belongs to the instant of its hold, in every window; open holds count in rolling windows until they are closed.
/// What a settle comes to above its hold, or after a lease that gave the hold back, belongs to the instant of the settle.
/// Where a clock steps back, every amount keeps its instant: a calendar window counts what belongs to its run, a rolling one
/// also what lies ahead by up to its length. What has left its window may be forgotten.
/// </para>
/// <para>
/// Soft limits (<see cref="Limit.SoftLimits"/>) are checked against what is settled, in the same step as the charge (a settle, or
/// a lease that ends), with the cap and the shares of the last hold that was taken at the counter. What is reached for the first
/// time in the run of the window that is charged is recorded in the outbox of the same store; see <see cref="Alerts.Alert.OfShare"/>.
/// </para>
/// <para>
/// A store that an operator can change may keep a cap of its own for a counter, which then counts instead of the one that is
/// asked for; denials and states carry the limit with the cap that counted.
/// </para>
/// </remarks>
public interface ILedger
{
    /// <summary>Checks every limit and takes from all or from none; with a nonce, claims it in the same operation.</summary>
    ValueTask<HoldResult> HoldAsync(HoldRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a hold by what was really used. Lower gives the difference back at once; higher is recorded in full and
    /// flagged. Within 24 hours after its lease a hold is still corrected, once.
    /// </summary>
    /// <returns>For a repeated settle the first one's answer, whatever the amounts; for a released hold: not found.</returns>
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
