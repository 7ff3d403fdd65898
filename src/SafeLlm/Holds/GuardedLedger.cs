using SafeLlm.Limits;

namespace SafeLlm.Holds;

/// <summary>Asks the ledger before something is sent. One that cannot answer closes the door.</summary>
internal static class GuardedLedger
{
    public static ValueTask<IReadOnlyList<LimitState>> GuardedReadAsync(this ILedger ledger, IReadOnlyList<Limit> limits, CancellationToken cancellationToken)
    {
        try
        {
            return Guard(ledger.ReadAsync(limits, cancellationToken), cancellationToken);
        }
        catch (Exception failure) when (IsOfTheStore(failure, cancellationToken))
        {
            throw Unavailable(failure);
        }
    }

    public static ValueTask<HoldResult> GuardedHoldAsync(this ILedger ledger, HoldRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return Guard(ledger.HoldAsync(request, cancellationToken), cancellationToken);
        }
        catch (Exception failure) when (IsOfTheStore(failure, cancellationToken))
        {
            throw Unavailable(failure);
        }
    }

    public static ValueTask<bool> GuardedExtendAsync(this ILedger ledger, string holdId, TimeSpan lease, CancellationToken cancellationToken)
    {
        try
        {
            return Guard(ledger.ExtendAsync(holdId, lease, cancellationToken), cancellationToken);
        }
        catch (Exception failure) when (IsOfTheStore(failure, cancellationToken))
        {
            throw Unavailable(failure);
        }
    }

    public static async ValueTask<HoldResult> GuardedHoldOrWaitAsync(this WaitingLedger ledger, HoldRequest request, DateTimeOffset until, CancellationToken cancellationToken)
    {
        try
        {
            return await ledger.HoldOrWaitAsync(request, until, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsOfTheStore(failure, cancellationToken))
        {
            throw Unavailable(failure);
        }
    }

    // A ledger in memory has its answer at once, and nothing is left to guard.
    private static ValueTask<T> Guard<T>(ValueTask<T> asked, CancellationToken cancellationToken) => asked.IsCompletedSuccessfully ? asked : GuardAsync(asked, cancellationToken);

    private static async ValueTask<T> GuardAsync<T>(ValueTask<T> asked, CancellationToken cancellationToken)
    {
        try
        {
            return await asked.ConfigureAwait(false);
        }
        catch (Exception failure) when (IsOfTheStore(failure, cancellationToken))
        {
            throw Unavailable(failure);
        }
    }

    private static bool IsOfTheStore(Exception failure, CancellationToken cancellationToken) =>
        failure is not SafeLlmException && !(failure is OperationCanceledException && cancellationToken.IsCancellationRequested);

    public static SafeLlmException Unavailable(Exception failure) => new Refusal(
        RefusalCode.StoreUnavailable,
        "The store of the limits did not answer, so nothing was sent: without it no limit could be kept. See the inner exception.").ToException(inner: failure);
}
