using SafeLlm.Alerts;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite;

/// <summary>
/// Alerts in a store file. The ledger of the same file records what its soft limits reach in the transaction of the charge.
/// Whichever process fetches an alert first delivers it. Ids of delivered ones are kept for a day; where more than
/// 100,000 wait, the oldest go.
/// Safe for any number of threads and processes.
/// </summary>
public sealed class SqliteAlertOutbox : IAlertOutbox, IDisposable
{
    private readonly StoreUse use;
    private readonly TimeProvider time;

    /// <summary>Opens a store file, and makes it where there is none.</summary>
    /// <param name="path">The file. Everybody in this process who names it shares it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How it is used; the defaults unless given.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used.</exception>
    public SqliteAlertOutbox(string path, TimeProvider time, SqliteStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        use = new StoreUse(path, options);
    }

    private long Now => time.GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public ValueTask<bool> RecordAsync(Alert alert, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return new(use.File.RunAsync(true, session => session.Alerts.Record(alert, Now), cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PendingAlert>> TakeAsync(int most, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        return new(use.File.RunAsync<IReadOnlyList<PendingAlert>>(false, session => session.Alerts.Take(most, lease.Ticks, Now), cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask CompleteAsync(string alertId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(alertId);
        _ = await use.File.RunAsync(false, session => session.Alerts.Complete(alertId), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask PostponeAsync(string alertId, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(alertId);
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero);
        _ = await use.File.RunAsync(false, session => session.Alerts.Postpone(alertId, Now + wait.Ticks), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the file, unless others in this process use it.</summary>
    public void Dispose() => use.Dispose();
}
