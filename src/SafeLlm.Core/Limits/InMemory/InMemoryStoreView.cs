using System.Runtime.CompilerServices;

namespace SafeLlm.Limits.InMemory;

/// <summary>Looks into the stores of this process.</summary>
internal sealed class InMemoryStoreView(InMemoryLedger ledger, InMemoryJournal journal) : IStoreView
{
    public ValueTask<IReadOnlyList<CounterState>> ReadCountersAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<CounterState>>(
        [
            .. ledger.ReadCounters()
                .OrderBy(counter => counter.Scope, StringComparer.Ordinal).ThenBy(counter => counter.Dimension).ThenBy(counter => counter.Window, StringComparer.Ordinal),
        ]);
    }

    public ValueTask<IReadOnlyList<OpenHold>> ReadHoldsAsync(int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<OpenHold>>([.. ledger.ReadHolds().OrderBy(hold => hold.Hold.TakenAt).Take(most)]);
    }

    public async IAsyncEnumerable<JournalEntry> ReadJournalAsync(DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // No line of it is about an ended lease: there is no other process that could have died.
        await foreach (var line in journal.ReadAsync(from, to, cancellationToken).ConfigureAwait(false)) yield return line;
    }

    public void Dispose()
    {
        // The stores are the application's.
    }
}
