namespace SafeLlm.Alerts;

/// <summary>
/// Keeps alerts from the moment they are recorded until they are delivered. A ledger records into the outbox of the same store
/// in the same step as the charge. What was recorded is handed out until somebody says that it is delivered.
/// </summary>
public interface IAlertOutbox
{
    /// <summary>Records an alert, unless one of the same id was recorded before (in the last 24 hours at least).</summary>
    /// <returns>Whether it is new.</returns>
    ValueTask<bool> RecordAsync(Alert alert, CancellationToken cancellationToken);

    /// <summary>
    /// Hands out alerts that wait, oldest first, and to nobody else until <paramref name="lease"/> has passed. An alert that was
    /// not completed by then is handed out again.
    /// </summary>
    /// <param name="most">How many at most, from 1.</param>
    /// <param name="lease">How long whoever takes them has to deliver and complete them; more than 0.</param>
    /// <param name="cancellationToken">Gives up the question.</param>
    ValueTask<IReadOnlyList<PendingAlert>> TakeAsync(int most, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Notes that an alert was delivered: it is not handed out again. One that is not known changes nothing.</summary>
    ValueTask CompleteAsync(string alertId, CancellationToken cancellationToken);

    /// <summary>Lets an alert that could not be delivered wait before it is handed out again. One that is not known changes nothing.</summary>
    ValueTask PostponeAsync(string alertId, TimeSpan wait, CancellationToken cancellationToken);
}
