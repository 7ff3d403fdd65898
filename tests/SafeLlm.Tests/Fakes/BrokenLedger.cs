using SafeLlm.Limits;

namespace SafeLlm.Tests.Fakes;

/// <summary>A store that cannot be reached: always, or where an inner one is given, for its first settles, holds or extensions.</summary>
internal sealed class BrokenLedger(ILedger? inner = null) : ILedger
{
    public int FailingSettles { get; set; }

    public int FailingHolds { get; set; }

    public int FailingExtends { get; set; }

    public ValueTask<HoldResult> HoldAsync(HoldRequest request, CancellationToken cancellationToken) =>
        FailingHolds-- > 0 ? throw Down() : (inner ?? throw Down()).HoldAsync(request, cancellationToken);

    public ValueTask<SettleResult> SettleAsync(string holdId, Amounts actual, CancellationToken cancellationToken) =>
        FailingSettles-- > 0 ? throw Down() : (inner ?? throw Down()).SettleAsync(holdId, actual, cancellationToken);

    public ValueTask<bool> ReleaseAsync(string holdId, CancellationToken cancellationToken) => (inner ?? throw Down()).ReleaseAsync(holdId, cancellationToken);

    public ValueTask<bool> ExtendAsync(string holdId, TimeSpan lease, CancellationToken cancellationToken) =>
        FailingExtends-- > 0 ? throw Down() : (inner ?? throw Down()).ExtendAsync(holdId, lease, cancellationToken);

    public ValueTask<IReadOnlyList<LimitState>> ReadAsync(IReadOnlyList<Limit> limits, CancellationToken cancellationToken) => (inner ?? throw Down()).ReadAsync(limits, cancellationToken);

    public ValueTask<int> CountHoldsAsync(CancellationToken cancellationToken) => (inner ?? throw Down()).CountHoldsAsync(cancellationToken);

    private static InvalidOperationException Down() => new("The store is down.");
}
