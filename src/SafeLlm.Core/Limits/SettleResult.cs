namespace SafeLlm.Limits;

/// <summary>What settling a hold came to.</summary>
/// <param name="Found">Whether the ledger knew the hold. False for one that was never taken, or is long forgotten.</param>
/// <param name="IsOverrun">Whether more was used than was held: recorded in full, and flagged.</param>
/// <param name="WasLate">Whether the lease had ended before, so that the settle corrected a closed hold.</param>
public readonly record struct SettleResult(bool Found, bool IsOverrun, bool WasLate);
