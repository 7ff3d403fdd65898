namespace SafeLlm.Limits;

/// <summary>One line an attempt, and one for everything an operator did. Lines are added, never changed.</summary>
public interface IJournal
{
    /// <summary>
    /// Adds a line. It may ride a later commit of the store: one that is lost with its process was an attempt whose amounts the
    /// ledger has all the same. Adding the same id and outcome again changes nothing.
    /// </summary>
    ValueTask AppendAsync(JournalEntry entry, CancellationToken cancellationToken);

    /// <summary>The lines from an instant up to, and without, another, in the order in which they were added.</summary>
    IAsyncEnumerable<JournalEntry> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);
}
