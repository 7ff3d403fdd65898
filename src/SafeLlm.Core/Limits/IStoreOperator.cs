namespace SafeLlm.Limits;

/// <summary>
/// Looks into a store and changes what an operator may change, while applications use it. Changes count from the next hold on,
/// in every process, and are lines of the store's journal.
/// </summary>
public interface IStoreOperator
{
    /// <summary>Every counter that counts something or has a cap of an operator's, by scope, dimension and window.</summary>
    ValueTask<IReadOnlyList<CounterState>> ReadCountersAsync(CancellationToken cancellationToken);

    /// <summary>Open holds, those first whose lease ends first.</summary>
    /// <param name="most">How many at most, from 1.</param>
    /// <param name="cancellationToken">Gives up the question.</param>
    ValueTask<IReadOnlyList<OpenHold>> ReadHoldsAsync(int most, CancellationToken cancellationToken);

    /// <summary>Sets the cap of a counter in the place of the application's. Below what is used, nothing is admitted until usage is below it.</summary>
    ValueTask SetCapAsync(Limit limit, CancellationToken cancellationToken);

    /// <summary>Gives a counter the application's cap back. False where no operator had set one.</summary>
    ValueTask<bool> ClearCapAsync(Limit limit, CancellationToken cancellationToken);

    /// <summary>Forgets what is spent in the present window of a counter. What is held stays held. What was spent before; null where nothing counts.</summary>
    ValueTask<long?> ResetAsync(Limit limit, CancellationToken cancellationToken);
}
