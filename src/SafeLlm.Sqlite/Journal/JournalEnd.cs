namespace SafeLlm.Sqlite.Journal;

/// <summary>The last line of a journal.</summary>
/// <param name="Number">Its number; 0 for none.</param>
/// <param name="Mac">Its code, which stands for all before it.</param>
/// <param name="KeyName">Under which key it was written; null for none.</param>
internal sealed record JournalEnd(long Number, byte[] Mac, string? KeyName);
