namespace SafeLlm.Redis;

/// <summary>Who is told that room was given back, over the one subscription of a ledger, each for as long as it asked to be.</summary>
/// <param name="subscribe">Subscribes. Asked again only where it failed.</param>
/// <param name="time">The clock.</param>
internal sealed class RoomListeners(Func<Action, Task> subscribe, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Action, (long Since, TimeSpan Lasting)> listeners = [];
    private Task? subscription;

    /// <summary>Adds a listener, or keeps one on. Once this is done, nothing that is told escapes it.</summary>
    public Task AddAsync(Action onRoom, TimeSpan lasting)
    {
        lock (gate)
        {
            foreach (var (listener, kept) in listeners)
            {
                if (time.GetElapsedTime(kept.Since) > kept.Lasting) listeners.Remove(listener);
            }

            listeners[onRoom] = (time.GetTimestamp(), lasting);
            if (subscription is null or { IsFaulted: true } or { IsCanceled: true }) subscription = subscribe(Tell);
            return subscription;
        }
    }

    private void Tell()
    {
        Action[] all;
        lock (gate) all = [.. listeners.Keys];
        foreach (var listener in all) listener();
    }
}
