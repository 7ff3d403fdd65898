using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.RateLimiting;

/// <summary>What a <see cref="LedgerRateLimiter"/> takes of which limits.</summary>
public sealed class LedgerRateLimiterOptions
{
    /// <summary>Every limit that must have room; taken from all or from none.</summary>
    public IList<Limit> Limits { get; } = [];

    /// <summary>What a number of permits sets aside.</summary>
    /// <value>The default is as many requests as permits, and no tokens.</value>
    public Func<int, Amounts> Amounts { get; set; } = static permits => new Amounts(0, 0, NanoUsd.Zero, permits);

    /// <summary>
    /// For how long at a time a lease holds. It is extended while the lease is open; where the process dies, or the lease is lost
    /// without being disposed and collected as garbage, what it holds is charged in full when this is over. One that is neither
    /// disposed nor let go of holds for as long as the process lives.
    /// </summary>
    /// <value>The default is 5 minutes; more than 0, at most 24 hours.</value>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Called once for a hold where the store did not take what it came to, nor that it is given back. That is tried again first,
    /// until <see cref="Lease"/> is over and five minutes more, and given up at once only where trying would not help: where the
    /// ledger is disposed, or 10,000 wait already. The hold is then charged in full.
    /// </summary>
    /// <value>The default is null: nobody is told.</value>
    public Action<Exception>? Failed { get; set; }

    /// <summary>The clock.</summary>
    /// <value>The default is the system's. Give the ledger's.</value>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}
