using System.Collections.Concurrent;
using SafeLlm.Limits;

namespace SafeLlm.Tests.Limits;

/// <summary>A ledger that counts who asked how often, and whose answers to one caller can be kept on the way.</summary>
internal sealed class PausedLedger(ILedger ledger) : ILedger
{
    private readonly ConcurrentDictionary<string, int> answered = new(StringComparer.Ordinal);
    private volatile TaskCompletionSource? gate;
    private string? paused;

    /// <summary>Keeps what one caller is answered from now on.</summary>
    /// <returns>Lets its answers through.</returns>
    public TaskCompletionSource Pause(string id)
    {
        paused = id;
        return gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public int Answered(string id) => answered.GetValueOrDefault(id);

    /// <summary>Waits until a caller has been answered so often, or its answer is kept.</summary>
    public async Task AnsweredAsync(string id, int times)
    {
        while (Answered(id) < times) await Task.Yield();
    }

    public async ValueTask<HoldResult> HoldAsync(HoldRequest request, CancellationToken cancellationToken)
    {
        var result = await ledger.HoldAsync(request, cancellationToken);
        answered.AddOrUpdate(request.OperationId, 1, (_, times) => times + 1);
        if (gate is { } closed && paused == request.OperationId) await closed.Task;
        return result;
    }

    public ValueTask<SettleResult> SettleAsync(string holdId, Amounts actual, CancellationToken cancellationToken) => ledger.SettleAsync(holdId, actual, cancellationToken);

    public ValueTask<bool> ReleaseAsync(string holdId, CancellationToken cancellationToken) => ledger.ReleaseAsync(holdId, cancellationToken);

    public ValueTask<bool> ExtendAsync(string holdId, TimeSpan lease, CancellationToken cancellationToken) => ledger.ExtendAsync(holdId, lease, cancellationToken);

    public ValueTask<IReadOnlyList<LimitState>> ReadAsync(IReadOnlyList<Limit> limits, CancellationToken cancellationToken) => ledger.ReadAsync(limits, cancellationToken);

    public ValueTask<int> CountHoldsAsync(CancellationToken cancellationToken) => ledger.CountHoldsAsync(cancellationToken);
}
