using System.Threading.RateLimiting;
using SafeLlm.Limits;

namespace SafeLlm.RateLimiting;

/// <summary>What a lease of a <see cref="LedgerRateLimiter"/> tells, beside <see cref="MetadataName.RetryAfter"/> and <see cref="MetadataName.ReasonPhrase"/>.</summary>
public static class LedgerMetadata
{
    /// <summary>The hold, to be settled at what was really used. Only where the lease is acquired.</summary>
    public static MetadataName<LedgerLeaseHold> Hold { get; } = MetadataName.Create<LedgerLeaseHold>("SafeLlm.Hold");

    /// <summary>The limits without room. Only where the lease is not acquired.</summary>
    public static MetadataName<IReadOnlyList<LimitDenial>> Denials { get; } = MetadataName.Create<IReadOnlyList<LimitDenial>>("SafeLlm.Denials");
}
