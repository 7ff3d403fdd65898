using System.Threading.RateLimiting;
using SafeLlm.Limits;

namespace SafeLlm.RateLimiting;

/// <summary>Partitions for <see cref="PartitionedRateLimiter"/> and ASP.NET Core's rate limiting policies.</summary>
public static class LedgerRateLimitPartition
{
    /// <summary>The partition of a key, whose limits are made when it is first seen. They live in the ledger, not in the partition.</summary>
    /// <param name="key">Who asks, e.g. a user's id.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="configure">Sets the options for the key.</param>
    public static RateLimitPartition<TKey> Get<TKey>(TKey key, ILedger ledger, Action<TKey, LedgerRateLimiterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return RateLimitPartition.Get(key, seen =>
        {
            var options = new LedgerRateLimiterOptions();
            configure(seen, options);
            return new LedgerRateLimiter(ledger, options);
        });
    }
}
