using SafeLlm.Limits;

namespace SafeLlm.Dashboard.Tests;

/// <summary>A journal that takes nothing.</summary>
internal sealed class BrokenJournal : IJournal
{
    public ValueTask AppendAsync(JournalEntry entry, CancellationToken cancellationToken) => throw new IOException("The journal is full.");

    public IAsyncEnumerable<JournalEntry> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => AsyncEnumerable.Empty<JournalEntry>();
}
