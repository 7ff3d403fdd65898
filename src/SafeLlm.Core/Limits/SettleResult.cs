namespace SafeLlm.Limits;

/// <summary>What settling a hold came to.</summary>
/// <param name="Found">Whether the ledger knew the hold. False for one that was never taken, or is long forgotten.</param>
/// <param name="IsOverrun">Whether more was used than was still held, or charged when the lease ended: recorded in full, and flagged.</param>
/// <param name="WasLate">Whether the lease had ended before, so that the settle corrected a closed hold.</param>
public readonly record struct SettleResult(bool Found, bool IsOverrun, bool WasLate)
{
    /// <summary>Whether the charge reached a soft limit, so that an alert waits in the outbox. A repeated settle does not say so again.</summary>
    public bool HasAlerts { get; init; }
}
