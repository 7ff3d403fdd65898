using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.Dashboard.Tests;

/// <summary>A view of a store that remembers alerts.</summary>
internal sealed class RememberingView(IStoreView inner, IReadOnlyList<Alert> alerts) : IStoreView
{
    public ValueTask<IReadOnlyList<CounterState>> ReadCountersAsync(CancellationToken cancellationToken) => inner.ReadCountersAsync(cancellationToken);

    public ValueTask<IReadOnlyList<OpenHold>> ReadHoldsAsync(int most, CancellationToken cancellationToken) => inner.ReadHoldsAsync(most, cancellationToken);

    public IAsyncEnumerable<JournalEntry> ReadJournalAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => inner.ReadJournalAsync(from, to, cancellationToken);

    public ValueTask<IReadOnlyList<Alert>> ReadAlertsAsync(int most, CancellationToken cancellationToken) => new([.. alerts.Take(most)]);

    public void Dispose() => inner.Dispose();
}
