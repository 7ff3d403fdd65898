using System.Runtime.CompilerServices;

namespace SafeLlm.Limits;

/// <summary>The last lines of a journal, in memory: it dies with its process, and the oldest line goes where there are too many. Thread-safe.</summary>
/// <param name="capacity">How many lines are kept, from 1.</param>
public sealed class InMemoryJournal(int capacity = InMemoryJournal.DefaultCapacity) : IJournal
{
    /// <summary>How many lines are kept unless said otherwise: 4,096.</summary>
    public const int DefaultCapacity = 4_096;

    private readonly JournalRing lines = new(capacity >= 1 ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "A journal keeps at least one line."));
    private readonly Lock gate = new();

    /// <inheritdoc/>
    public ValueTask AppendAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        entry.Validate();
        lock (gate) _ = lines.TryAdd(entry);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalEntry> ReadAsync(DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        JournalEntry[] copy;
        lock (gate) copy = lines.ToArray();
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var line in copy)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (line.At >= from && line.At < to) yield return line;
        }
    }
}
