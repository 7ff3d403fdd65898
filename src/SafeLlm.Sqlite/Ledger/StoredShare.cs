namespace SafeLlm.Sqlite.Ledger;

/// <summary>A hold's part at one counter: where in it the amount belongs.</summary>
internal readonly record struct StoredShare(long Counter, long Slot)
{
    /// <summary>The slot of a charge that an operator's reset has cleared: before all others, so that nothing is taken back from any.</summary>
    public const long Cleared = long.MinValue;
}
