using SafeLlm.Limits;
using SafeLlm.Pipeline;

namespace SafeLlm.Holds;

/// <summary>
/// Closes holds in the ledger. Closing never fails a call that was answered: what cannot be written is tried again until it
/// can, or until the lease has closed the hold in full.
/// </summary>
internal sealed class Settler(ClientRuntime runtime)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    // The longest lease, and a while: what is settled late corrects what the lease has charged.
    private static readonly TimeSpan GivesUpAfter = HoldStage.LongestLease + TimeSpan.FromMinutes(5);

    /// <param name="holdId">The hold; null where the call has no limits.</param>
    /// <param name="actual">What is charged.</param>
    /// <param name="line">The attempt's line in the journal; null where nobody keeps one.</param>
    public ValueTask SettleAsync(string? holdId, Amounts actual, JournalEntry? line) => RunAsync(holdId, actual, line);

    /// <inheritdoc cref="SettleAsync"/>
    public ValueTask ReleaseAsync(string? holdId, JournalEntry? line) => RunAsync(holdId, null, line);

    /// <summary>Writes the line of an attempt whose hold goes on.</summary>
    public ValueTask WriteAsync(JournalEntry? line) => ReleaseAsync(null, line);

    /// <summary>Extends a lease beside the stream: bytes do not wait for the ledger.</summary>
    public void Extend(string holdId, TimeSpan lease) => _ = ExtendAsync(holdId, lease);

    private async Task ExtendAsync(string holdId, TimeSpan lease)
    {
        try
        {
            if (!await runtime.Ledger.ExtendAsync(holdId, lease, CancellationToken.None).ConfigureAwait(false)) Log.HoldUnknown(runtime.Logger, holdId);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The hold is charged at its lease's end, and the settle that follows corrects it.
            Log.StoreFailed(runtime.Logger, holdId, failure);
        }
    }

    private ValueTask RunAsync(string? holdId, Amounts? actual, JournalEntry? line)
    {
        if ((holdId ?? line?.Id) is not { } id) return ValueTask.CompletedTask;
        var closing = CloseAsync(holdId, actual, line);
        if (closing.IsCompletedSuccessfully) return ValueTask.CompletedTask;
        var watching = WatchAsync(closing, id, holdId, actual, line);
        return runtime.Settings.Shadow ? AwhileAsync(watching.AsTask()) : watching;
    }

    // In shadow mode a call waits for the store no longer at its end than at its beginning. The closing goes on beside it.
    private async ValueTask AwhileAsync(Task closing) =>
        await closing.WaitAsync(ShadowPatience.Most, runtime.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async ValueTask WatchAsync(ValueTask closing, string id, string? holdId, Amounts? actual, JournalEntry? line)
    {
        try
        {
            await closing.ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.StoreFailed(runtime.Logger, id, failure);
            _ = TryAgainAsync(id, holdId, actual, line);
        }
    }

    // Settles, or releases where nothing is charged.
    private async ValueTask CloseAsync(string? holdId, Amounts? actual, JournalEntry? line)
    {
        var isOverrun = false;
        if (holdId is not null && actual is { } charged)
        {
            var result = await runtime.Ledger.SettleAsync(holdId, charged, CancellationToken.None).ConfigureAwait(false);
            if (!result.Found) Log.HoldUnknown(runtime.Logger, holdId);
            if (result.IsOverrun) Log.Overrun(runtime.Logger, holdId, charged.InputTokens, charged.OutputTokens, charged.Cost);
            if (result.WasLate) Log.SettledLate(runtime.Logger, holdId);
            if (result.HasAlerts) runtime.Alerts?.Nudge();
            isOverrun = result.IsOverrun;
        }
        else if (holdId is not null)
        {
            await runtime.Ledger.ReleaseAsync(holdId, CancellationToken.None).ConfigureAwait(false);
        }

        if (line is not null) await runtime.Journal!.AppendAsync(isOverrun ? line with { IsOverrun = true } : line, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task TryAgainAsync(string id, string? holdId, Amounts? actual, JournalEntry? line)
    {
        var began = runtime.Time.GetTimestamp();
        for (var pause = FirstPause; runtime.Time.GetElapsedTime(began) < GivesUpAfter; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause, runtime.Time, CancellationToken.None).ConfigureAwait(false);
            try
            {
                await CloseAsync(holdId, actual, line).ConfigureAwait(false);
                return;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Log.StoreFailed(runtime.Logger, id, failure);
            }
        }

        Log.LeftToLease(runtime.Logger, id);
    }
}
