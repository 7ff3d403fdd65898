namespace SafeLlm.Sqlite.Ledger;

/// <summary>A hold's part at one counter: where in it the amount belongs.</summary>
internal readonly record struct StoredShare(long Counter, long Slot);
