using SafeLlm.Limits;

namespace SafeLlm.RateLimiting.Tests;

/// <summary>A store that answers later than at once, and may lose its answers to holds.</summary>
internal sealed class SlowLedger(ILedger inner) : ILedger
{
    public bool LosesAnswers { get; init; }

    public async ValueTask<HoldResult> HoldAsync(HoldRequest request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var result = await inner.HoldAsync(request, cancellationToken);
        return LosesAnswers ? throw new IOException("No answer came.") : result;
    }

    public async ValueTask<SettleResult> SettleAsync(string holdId, Amounts actual, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await inner.SettleAsync(holdId, actual, cancellationToken);
    }

    public async ValueTask<bool> ReleaseAsync(string holdId, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await inner.ReleaseAsync(holdId, cancellationToken);
    }

    public async ValueTask<bool> ExtendAsync(string holdId, TimeSpan lease, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await inner.ExtendAsync(holdId, lease, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<LimitState>> ReadAsync(IReadOnlyList<Limit> limits, CancellationToken cancellationToken)
    {
        await Task.Delay(1, cancellationToken);
        return await inner.ReadAsync(limits, cancellationToken);
    }

    public ValueTask<int> CountHoldsAsync(CancellationToken cancellationToken) => inner.CountHoldsAsync(cancellationToken);
}
