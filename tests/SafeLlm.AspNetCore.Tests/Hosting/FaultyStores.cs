using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Stores that fail when a test says so.</summary>
internal sealed class FaultyStores(SafeLlmStores inner) : ILedger, INonceStore
{
    public bool FailsReads { get; set; }

    public bool FailsHolds { get; set; }

    /// <summary>A hold that is taken, and whose answer is lost.</summary>
    public bool LosesHolds { get; set; }

    public bool FailsSettles { get; set; }

    /// <summary>What happens before each settle.</summary>
    public Func<Task>? BeforeSettle { get; set; }

    public bool FailsReleases { get; set; }

    public bool FailsClaims { get; set; }

    public NonceOutcome? Claims { get; set; }

    public HoldOutcome? Holds { get; set; }

    public SemaphoreSlim Settled { get; } = new(0);

    public SafeLlmStores Stores => new(this, this);

    public async ValueTask<HoldResult> HoldAsync(HoldRequest request, CancellationToken cancellationToken)
    {
        if (FailsHolds) throw new IOException("The store is gone.");
        if (Holds is { } outcome) return new HoldResult(outcome);
        var result = await inner.Ledger.HoldAsync(request, cancellationToken);
        return LosesHolds ? throw new TimeoutException("No answer came.") : result;
    }

    public async ValueTask<SettleResult> SettleAsync(string holdId, Amounts actual, CancellationToken cancellationToken)
    {
        if (BeforeSettle is { } before) await before();
        if (FailsSettles) throw new IOException("The store is gone.");
        var result = await inner.Ledger.SettleAsync(holdId, actual, cancellationToken);
        Settled.Release();
        return result;
    }

    public ValueTask<bool> ReleaseAsync(string holdId, CancellationToken cancellationToken) =>
        FailsReleases ? throw new IOException("The store is gone.") : inner.Ledger.ReleaseAsync(holdId, cancellationToken);

    public ValueTask<bool> ExtendAsync(string holdId, TimeSpan lease, CancellationToken cancellationToken) => inner.Ledger.ExtendAsync(holdId, lease, cancellationToken);

    public ValueTask<IReadOnlyList<LimitState>> ReadAsync(IReadOnlyList<Limit> limits, CancellationToken cancellationToken) =>
        FailsReads ? throw new IOException("The store is gone.") : inner.Ledger.ReadAsync(limits, cancellationToken);

    public ValueTask<int> CountHoldsAsync(CancellationToken cancellationToken) => inner.Ledger.CountHoldsAsync(cancellationToken);

    public ValueTask<NonceOutcome> ClaimAsync(NonceClaim claim, CancellationToken cancellationToken)
    {
        if (FailsClaims) throw new IOException("The store is gone.");
        return Claims is { } outcome ? ValueTask.FromResult(outcome) : inner.Nonces.ClaimAsync(claim, cancellationToken);
    }
}
