using SafeLlm.Alerts;

namespace SafeLlm.Limits;

/// <summary>Looks into a store beside whoever uses it, for people and their tools.</summary>
public interface IStoreView : IDisposable
{
    /// <summary>Every counter that counts something or has a cap of an operator's, by scope, dimension and window.</summary>
    ValueTask<IReadOnlyList<CounterState>> ReadCountersAsync(CancellationToken cancellationToken);

    /// <summary>Open holds: those first that were taken first, or whose lease ends first.</summary>
    /// <param name="most">How many at most, from 1.</param>
    /// <param name="cancellationToken">Gives up the question.</param>
    ValueTask<IReadOnlyList<OpenHold>> ReadHoldsAsync(int most, CancellationToken cancellationToken);

    /// <summary>
    /// The lines of the journal from an instant up to, and without, another, in the order in which they were added; without
    /// those about an ended lease that a late settle has corrected.
    /// </summary>
    IAsyncEnumerable<JournalEntry> ReadJournalAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>
    /// The alerts that were recorded last, newest first, delivered or not, as far back as the store remembers them. Empty where a
    /// store keeps no alert that was delivered.
    /// </summary>
    /// <param name="most">How many at most, from 1.</param>
    /// <param name="cancellationToken">Gives up the question.</param>
    ValueTask<IReadOnlyList<Alert>> ReadAlertsAsync(int most, CancellationToken cancellationToken) => new([]);
}
