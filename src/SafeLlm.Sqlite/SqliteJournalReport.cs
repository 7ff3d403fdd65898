namespace SafeLlm.Sqlite;

/// <summary>What the verification of a journal found.</summary>
/// <param name="Lines">How many lines were followed.</param>
/// <param name="From">The number of the first line that is kept; those before it left a checkpoint.</param>
/// <param name="Head">The last line that was followed.</param>
/// <param name="IsKeyed">Whether all of it is under a key. Without one the chain shows accidents, and no forgery.</param>
/// <param name="Finding">What is wrong; null where the journal is whole.</param>
public sealed record SqliteJournalReport(long Lines, long From, SqliteJournalHead Head, bool IsKeyed, string? Finding)
{
    /// <summary>The number of the first line that is under a key; null where none is. What stands before it was written when the journal had no key yet, and may be anybody's.</summary>
    public long? KeyedFrom { get; init; }
}
