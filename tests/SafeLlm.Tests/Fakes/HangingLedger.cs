using SafeLlm.Limits;

namespace SafeLlm.Tests.Fakes;

/// <summary>A store that takes no notice of cancellation and answers what is named here only when a test lets it.</summary>
internal sealed class HangingLedger(ILedger inner) : ILedger
{
    private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool HangsReading { get; init; }

    public bool HangsHolding { get; init; }

    public bool HangsSettling { get; init; }

    /// <summary>Completes with the first hold that is settled or released.</summary>
    public Task Closed => closed.Task;

    public void Open() => open.SetResult();

    public async ValueTask<HoldResult> HoldAsync(HoldRequest request, CancellationToken cancellationToken)
    {
        if (HangsHolding) await open.Task;
        return await inner.HoldAsync(request, CancellationToken.None);
    }

    public async ValueTask<SettleResult> SettleAsync(string holdId, Amounts actual, CancellationToken cancellationToken)
    {
        if (HangsSettling) await open.Task;
        var result = await inner.SettleAsync(holdId, actual, CancellationToken.None);
        closed.TrySetResult();
        return result;
    }

    public async ValueTask<bool> ReleaseAsync(string holdId, CancellationToken cancellationToken)
    {
        var result = await inner.ReleaseAsync(holdId, CancellationToken.None);
        closed.TrySetResult();
        return result;
    }

    public ValueTask<bool> ExtendAsync(string holdId, TimeSpan lease, CancellationToken cancellationToken) => inner.ExtendAsync(holdId, lease, cancellationToken);

    public async ValueTask<IReadOnlyList<LimitState>> ReadAsync(IReadOnlyList<Limit> limits, CancellationToken cancellationToken)
    {
        if (HangsReading) await open.Task;
        return await inner.ReadAsync(limits, cancellationToken);
    }

    public ValueTask<int> CountHoldsAsync(CancellationToken cancellationToken) => inner.CountHoldsAsync(cancellationToken);
}
