using System.Collections.Concurrent;

namespace SafeLlm.Anomalies;

/// <summary>Keeps what was learned of keys for as long as its process lives: an application whose verifier is made anew goes on. Thread-safe.</summary>
public sealed class InMemoryBaselineStore : IBaselineStore
{
    private readonly ConcurrentDictionary<string, SortedList<DateTimeOffset, UsagePeaks>> keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Dictionary<string, IReadOnlyList<UsagePart>>> parts = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UsageDay>> LoadAsync(string keyId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyId);
        cancellationToken.ThrowIfCancellationRequested();
        if (!keys.TryGetValue(keyId, out var days)) return ValueTask.FromResult<IReadOnlyList<UsageDay>>([]);
        lock (days) return ValueTask.FromResult<IReadOnlyList<UsageDay>>([.. days.Select(day => new UsageDay(day.Key, day.Value))]);
    }

    /// <inheritdoc/>
    public ValueTask SaveAsync(string keyId, IReadOnlyList<UsageDay> days, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyId);
        ArgumentNullException.ThrowIfNull(days);
        cancellationToken.ThrowIfCancellationRequested();
        var kept = keys.GetOrAdd(keyId, static _ => []);
        lock (kept)
        {
            foreach (var day in days) kept[day.Start] = UsagePeaks.Larger(day.Peaks, kept.GetValueOrDefault(day.Start));
            while (kept.Count > IBaselineStore.MostDays) kept.RemoveAt(0);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UsagePart>> ExchangeAsync(string keyId, string node, IReadOnlyList<UsagePart> parts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyId);
        ArgumentException.ThrowIfNullOrEmpty(node);
        ArgumentNullException.ThrowIfNull(parts);
        cancellationToken.ThrowIfCancellationRequested();
        var nodes = this.parts.GetOrAdd(keyId, static _ => new Dictionary<string, IReadOnlyList<UsagePart>>(StringComparer.Ordinal));
        lock (nodes)
        {
            nodes[node] = [.. parts];
            foreach (var (name, kept) in nodes.ToList())
            {
                if (UsagePart.Sum(kept, now).Count == 0) nodes.Remove(name);
            }

            while (nodes.Count > IBaselineStore.MostNodes) nodes.Remove(nodes.MinBy(one => one.Value.Max(part => part.Slot)).Key);
            return ValueTask.FromResult(UsagePart.Sum(nodes.Where(one => one.Key != node).SelectMany(one => one.Value), now));
        }
    }
}
