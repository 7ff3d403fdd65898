using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Nonces;
using SafeLlm.Sqlite.Writing;

namespace SafeLlm.Sqlite;

/// <summary>
/// A ledger in a store file: it survives kill -9 and power cuts, and several processes may use one file. A hold is on the disk
/// before it is answered. A settle is in the file when it is answered, and on the disk with the next hold of anybody: one that
/// a power cut takes leaves its hold to the lease. Safe for any number of threads.
/// </summary>
/// <remarks>
/// Who comes while nobody writes waits for the disk on their own thread, unless that has a synchronisation context; who comes while
/// somebody writes waits without a thread.
/// </remarks>
public sealed class SqliteLedger : ILedger, IDisposable
{
    private readonly StoreUse use;
    private readonly TimeProvider time;
    private readonly NonceClaims claims;

    /// <summary>Opens a store file, and makes it where there is none.</summary>
    /// <param name="path">The file, on a local disk. Everybody in this process who names it shares it.</param>
    /// <param name="time">The clock. All processes of one file go by the same.</param>
    /// <param name="options">How it is used; the defaults unless given.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used.</exception>
    public SqliteLedger(string path, TimeProvider time, SqliteStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        options ??= new SqliteStoreOptions();
        claims = new NonceClaims(options);
        this.time = time;
        use = new StoreUse(path, options, writesJournal: true);
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteStoreException">The file cannot be used now; nothing is held.</exception>
    public ValueTask<HoldResult> HoldAsync(HoldRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        if (request.Nonce is { } nonce)
        {
            NonceClaims.Check(nonce, time.GetUtcNow());
        }

        return RunAsync(true, session => Take(session, request), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>The cancellation token is not looked at: a bill that came in is recorded.</remarks>
    /// <exception cref="SqliteStoreException">The file cannot be used now; try again, or leave the hold to its lease.</exception>
    public ValueTask<SettleResult> SettleAsync(string holdId, Amounts actual, CancellationToken cancellationToken)
    {
        HoldRequest.CheckId(holdId, nameof(holdId));
        actual.Validate(nameof(actual));
        return RunAsync(false, session => session.Ledger.Settle(holdId, actual, Touch(session)), CancellationToken.None);
    }

    /// <inheritdoc/>
    /// <remarks>The cancellation token is not looked at: what is given back is not kept.</remarks>
    /// <exception cref="SqliteStoreException">The file cannot be used now; try again, or leave the hold to its lease.</exception>
    public ValueTask<bool> ReleaseAsync(string holdId, CancellationToken cancellationToken)
    {
        HoldRequest.CheckId(holdId, nameof(holdId));
        return RunAsync(false, session => session.Ledger.Release(holdId, Touch(session)), CancellationToken.None);
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteStoreException">The file cannot be used now; the lease ends when it would have.</exception>
    public ValueTask<bool> ExtendAsync(string holdId, TimeSpan lease, CancellationToken cancellationToken)
    {
        HoldRequest.CheckId(holdId, nameof(holdId));
        HoldRequest.CheckLease(lease, nameof(lease));
        return RunAsync(false, session => session.Ledger.Extend(holdId, lease, Touch(session)), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteStoreException">The file cannot be used now.</exception>
    public ValueTask<IReadOnlyList<LimitState>> ReadAsync(IReadOnlyList<Limit> limits, CancellationToken cancellationToken)
    {
        HoldRequest.CheckLimits(limits, nameof(limits));
        return RunAsync<IReadOnlyList<LimitState>>(false, session => session.Ledger.Read(limits, Touch(session)), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteStoreException">The file cannot be used now.</exception>
    public ValueTask<int> CountHoldsAsync(CancellationToken cancellationToken) => RunAsync(
        false,
        session =>
        {
            _ = Touch(session);
            return (int)session.Holds.CountOpen();
        },
        cancellationToken);

    /// <summary>Closes the file, unless others in this process use it. What is under way is carried out first.</summary>
    public void Dispose() => use.Dispose();

    private HoldResult Take(StoreSession session, HoldRequest request)
    {
        if (request.Nonce is { } nonce)
        {
            var outcome = claims.Claim(session.Nonces, nonce, time.GetUtcNow());
            if (outcome != NonceOutcome.Claimed)
            {
                return new HoldResult(outcome == NonceOutcome.Full ? HoldOutcome.ReplayCapacity : HoldOutcome.Replayed);
            }
        }

        return session.Ledger.Take(request, Touch(session));
    }

    // The instant is that of the transaction, not of the call: what waited in the queue must not come from the past.
    private long Touch(StoreSession session)
    {
        var now = time.GetUtcNow().UtcTicks;
        session.Upkeep.Touch(now);
        return now;
    }

    private ValueTask<T> RunAsync<T>(bool isDurable, Func<StoreSession, T> run, CancellationToken cancellationToken) =>
        new(use.File.RunAsync(isDurable, run, cancellationToken));
}
