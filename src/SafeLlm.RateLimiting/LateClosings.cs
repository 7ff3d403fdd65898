using SafeLlm.Limits;

namespace SafeLlm.RateLimiting;

/// <summary>
/// Closes holds in the ledger. What the store does not take at once is tried again until it does, or until the lease has closed
/// the hold and a while has passed. However many wait, a store that does not answer is asked once a pause.
/// </summary>
internal sealed class LateClosings(ILedger ledger, TimeProvider time, TimeSpan lease, Action<Exception>? failed)
{
    private const int Most = 10_000;

    private readonly Lock gate = new();
    private readonly Queue<Closing> waiting = [];

    // No lease ends later than this after its last extension; what is settled late corrects what it has charged.
    private readonly TimeSpan givesUpAfter = lease + TimeSpan.FromMinutes(5);
    private bool isTrying;

    /// <summary>Done when the store has been asked once.</summary>
    /// <param name="holdId">The hold.</param>
    /// <param name="used">What is charged; null gives it back whole.</param>
    public async Task CloseAsync(string holdId, Amounts? used)
    {
        var closing = new Closing(holdId, used, time.GetTimestamp());
        if (await TryAsync(closing).ConfigureAwait(false) is not { } failure || !IsKept(closing, failure)) return;
        lock (gate)
        {
            if (isTrying) return;
            isTrying = true;
        }

        _ = TryAgainAsync(failure);
    }

    private async Task TryAgainAsync(Exception failure)
    {
        var pause = LeasePauses.First;
        do
        {
            // Nothing tells that a store answers again: it is asked, ever less often. Nobody ends the pause: also what a limiter that is disposed
            // by now has held is to be closed, and that ends by itself.
            await Task.Delay(pause, time, CancellationToken.None).ConfigureAwait(false);
            pause = LeasePauses.After(pause);
            GiveUp(failure);
            while (TryNext(out var closing))
            {
                if (await TryAsync(closing).ConfigureAwait(false) is { } again)
                {
                    // Behind the others: one that cannot be closed keeps none back that can.
                    _ = IsKept(closing, failure = again);
                    break;
                }

                pause = LeasePauses.First;
            }
        }
        while (IsMore());
    }

    private async ValueTask<Exception?> TryAsync(Closing closing)
    {
        try
        {
            if (closing.Used is { } used) await ledger.SettleAsync(closing.HoldId, used, CancellationToken.None).ConfigureAwait(false);
            else await ledger.ReleaseAsync(closing.HoldId, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return failure;
        }
    }

    private bool IsKept(Closing closing, Exception failure)
    {
        // These would be refused again, however often they are tried.
        if (failure is not (ArgumentException or ObjectDisposedException))
        {
            lock (gate)
            {
                if (waiting.Count < Most)
                {
                    waiting.Enqueue(closing);
                    return true;
                }
            }
        }

        Tell(failure);
        return false;
    }

    private void GiveUp(Exception failure)
    {
        var over = 0;
        lock (gate)
        {
            for (var left = waiting.Count; left > 0; left--)
            {
                var closing = waiting.Dequeue();
                if (time.GetElapsedTime(closing.Began) < givesUpAfter) waiting.Enqueue(closing);
                else over++;
            }
        }

        for (; over > 0; over--) Tell(failure);
    }

    private bool TryNext(out Closing closing)
    {
        lock (gate) return waiting.TryDequeue(out closing);
    }

    private bool IsMore()
    {
        lock (gate) return isTrying = waiting.Count > 0;
    }

    private void Tell(Exception failure)
    {
        try
        {
            failed?.Invoke(failure);
        }
        catch (Exception thrown) when (thrown is not OutOfMemoryException)
        {
            // Nobody waits here whom it could reach, and the others are still to be closed.
        }
    }

    private readonly record struct Closing(string HoldId, Amounts? Used, long Began);
}
