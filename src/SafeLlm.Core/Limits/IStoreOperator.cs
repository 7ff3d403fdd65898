namespace SafeLlm.Limits;

/// <summary>
/// What an operator may change in a store while applications use it. Changes count from the next hold on, in every process, and
/// are lines of the store's journal.
/// </summary>
public interface IStoreOperator : IDisposable
{
    /// <summary>Sets the cap of a counter in the place of the application's. Below what is used, nothing is admitted until usage is below it.</summary>
    /// <param name="limit">The counter, and its new cap.</param>
    /// <param name="cancellationToken">Gives it up before anything is written.</param>
    ValueTask SetCapAsync(Limit limit, CancellationToken cancellationToken);

    /// <summary>Gives a counter the application's cap back. False where no operator had set one.</summary>
    /// <param name="limit">The counter; its cap does not matter.</param>
    /// <param name="cancellationToken">Gives it up before anything is written.</param>
    ValueTask<bool> ClearCapAsync(Limit limit, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets what is spent in the present window of a counter. What is held stays held. What was spent before; null where nothing
    /// counts. Of what leases charged before, late settles give nothing back: it is not there any more.
    /// </summary>
    /// <param name="limit">The counter; its cap does not matter.</param>
    /// <param name="cancellationToken">Gives it up before anything is written.</param>
    ValueTask<long?> ResetAsync(Limit limit, CancellationToken cancellationToken);
}
