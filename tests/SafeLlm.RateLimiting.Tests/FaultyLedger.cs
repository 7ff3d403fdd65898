using SafeLlm.Limits;

namespace SafeLlm.RateLimiting.Tests;

/// <summary>A store that answers at once, and may be away.</summary>
internal sealed class FaultyLedger(ILedger inner) : ILedger, IDisposable
{
    /// <summary>What it answers while it is away; null while it is there.</summary>
    public Exception? Fault { get; set; }

    public bool LosesHolds { get; init; }

    /// <summary>Released for each hold that is closed.</summary>
    public SemaphoreSlim Closed { get; } = new(0);

    public int Extensions { get; private set; }

    public async ValueTask<HoldResult> HoldAsync(HoldRequest request, CancellationToken cancellationToken)
    {
        var result = await inner.HoldAsync(request, cancellationToken);
        return LosesHolds ? throw new IOException("No answer came.") : result;
    }

    public async ValueTask<SettleResult> SettleAsync(string holdId, Amounts actual, CancellationToken cancellationToken)
    {
        var result = await Asked().SettleAsync(holdId, actual, cancellationToken);
        Closed.Release();
        return result;
    }

    public async ValueTask<bool> ReleaseAsync(string holdId, CancellationToken cancellationToken)
    {
        var isKnown = await Asked().ReleaseAsync(holdId, cancellationToken);
        Closed.Release();
        return isKnown;
    }

    public ValueTask<bool> ExtendAsync(string holdId, TimeSpan lease, CancellationToken cancellationToken)
    {
        Extensions++;
        return Asked().ExtendAsync(holdId, lease, cancellationToken);
    }

    public ValueTask<IReadOnlyList<LimitState>> ReadAsync(IReadOnlyList<Limit> limits, CancellationToken cancellationToken) => inner.ReadAsync(limits, cancellationToken);

    public ValueTask<int> CountHoldsAsync(CancellationToken cancellationToken) => inner.CountHoldsAsync(cancellationToken);

    public void Dispose() => Closed.Dispose();

    private ILedger Asked() => Fault is null ? inner : throw Fault;
}
