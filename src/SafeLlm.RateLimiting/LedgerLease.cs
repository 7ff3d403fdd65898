using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using SafeLlm.Limits;

namespace SafeLlm.RateLimiting;

/// <summary>A lease: with a hold where it was acquired, with the reasons where not.</summary>
internal sealed class LedgerLease : RateLimitLease
{
    private static readonly string[] OfAcquired = [LedgerMetadata.Hold.Name];
    private static readonly string[] OfDenied = [MetadataName.RetryAfter.Name, MetadataName.ReasonPhrase.Name, LedgerMetadata.Denials.Name];

    private readonly Action<LedgerLeaseHold?>? close;
    private readonly LedgerLeaseHold? hold;
    private readonly IReadOnlyList<LimitDenial> denials = [];
    private readonly TimeSpan? retryAfter;
    private readonly string? reason;
    private LeaseExtension? extension;
    private int closed;

    /// <summary>Acquired; <paramref name="hold"/> is null where nothing was asked for.</summary>
    public LedgerLease(LedgerLeaseHold? hold, Action<LedgerLeaseHold?> close) => (IsAcquired, this.hold, this.close) = (true, hold, close);

    /// <summary>Not acquired.</summary>
    public LedgerLease(IReadOnlyList<LimitDenial> denials, TimeSpan? retryAfter, string reason) => (this.denials, this.retryAfter, this.reason) = (denials, retryAfter, reason);

    /// <summary>What keeps the hold from ending is stopped when the lease is disposed.</summary>
    public void Keep(LeaseExtension extension) => this.extension = extension;

    public override bool IsAcquired { get; }

    public override IEnumerable<string> MetadataNames => !IsAcquired ? OfDenied : hold is null ? [] : OfAcquired;

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = metadataName switch
        {
            _ when metadataName == LedgerMetadata.Hold.Name => hold,
            _ when metadataName == MetadataName.RetryAfter.Name => retryAfter,
            _ when metadataName == MetadataName.ReasonPhrase.Name => reason,
            _ when metadataName == LedgerMetadata.Denials.Name && !IsAcquired => denials,
            _ => null,
        };
        return metadata is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref closed, 1) == 0)
        {
            extension?.Dispose();
            close?.Invoke(hold);
        }

        base.Dispose(disposing);
    }
}
