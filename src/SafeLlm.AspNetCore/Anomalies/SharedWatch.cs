using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Shares with other nodes, and with the next start, what is learned of keys and who has to wait: who waits elsewhere waits here within ten
/// seconds; what is learned and counted here is kept every minute, and what others learned and counted is taken up then. Where the store does
/// not answer, each node goes on by itself, and tries again to record who is frozen.
/// </summary>
internal sealed class SharedWatch(KeyWatch watch, KeyFreezer freezer, VerifierSettings settings, VerifierStores stores, TimeProvider time, ILogger<SharedWatch> logger) : IHostedService, IDisposable
{
    private const string NetworkScope = "network:";

    // A store may keep an instant less exactly than it was given.
    private static readonly TimeSpan StoresPrecision = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim turn = new(1, 1);
    private Dictionary<string, DateTimeOffset> frozen = new(StringComparer.Ordinal);
    private LockOutRecorder? recorder;
    private ITimer? timer;
    private DateTimeOffset savedAt;

    /// <summary>The keys that are frozen on this node alone, as their store did not take it yet.</summary>
    public IReadOnlyCollection<string> FrozenHereAlone => [.. (recorder?.LateKeys ?? []).Union(freezer.Unwritten, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        savedAt = time.GetUtcNow();
        freezer.Woken = watch.Wake;
        if (stores.Stores.LockOuts is { } lockOuts)
        {
            var records = recorder = new LockOutRecorder(lockOuts, freezer, time, logger);
            freezer.Rested = (keyId, until) => _ = records.RecordAsync(LockOutRecorder.KeyScope + keyId, until);
            settings.LockOuts.Locked = (network, until) => _ = records.RecordAsync(network, until);
        }

        await ShareAsync();
        timer = time.CreateTimer(_ => _ = ShareAsync(), null, Interval, Interval);
    }

    /// <summary>Records who was frozen where the store did not take it, takes what others recorded, and keeps what was learned where it is time.</summary>
    public async Task ShareAsync()
    {
        // A round that takes longer than the next one's start is not doubled.
        if (!await turn.WaitAsync(TimeSpan.Zero, CancellationToken.None)) return;
        try
        {
            await freezer.WriteAsync();
            if (recorder is not null) await recorder.RecordLateAsync();
            await TakeAsync();
            if (time.GetUtcNow() - savedAt >= SaveEvery) await SaveAsync();
        }
        catch (Exception failure)
        {
            Log.NotShared(logger, failure);
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (timer is not null) await timer.DisposeAsync();
        try
        {
            // Where the host is out of patience already, what was learned is kept all the same if no round is under way.
            if (!await turn.WaitAsync(TimeSpan.Zero, CancellationToken.None)) await turn.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // That round may have kept it; what it did not is learned again.
            return;
        }

        try
        {
            await SaveAsync();
        }
        catch (Exception failure)
        {
            Log.NotShared(logger, failure);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        timer?.Dispose();
        turn.Dispose();
    }

    private async Task TakeAsync()
    {
        if (stores.Stores.LockOuts is not { } lockOuts) return;
        Dictionary<string, DateTimeOffset> found = new(StringComparer.Ordinal);
        foreach (var (scope, until) in await lockOuts.ReadAsync(CancellationToken.None))
        {
            if (scope.StartsWith(LockOutRecorder.KeyScope, StringComparison.Ordinal))
            {
                var keyId = scope[LockOutRecorder.KeyScope.Length..];
                freezer.Impose(keyId, found[keyId] = until);
                watch.Rest(keyId, until);
            }
            else if (scope.StartsWith(NetworkScope, StringComparison.Ordinal)) settings.LockOuts.Impose(scope[NetworkScope.Length..], until, time.GetUtcNow());
        }

        // What is gone before its time was ended by an operator, unless it was frozen here once more since.
        foreach (var (keyId, until) in frozen)
        {
            if (!found.ContainsKey(keyId) && freezer.RestsUntil(keyId, time.GetUtcNow()) is { } rests && rests - until < StoresPrecision) freezer.Wake(keyId);
        }

        frozen = found;
    }

    private async Task SaveAsync()
    {
        if (stores.Stores.Baselines is not { } baselines) return;
        savedAt = time.GetUtcNow();
        await watch.ShareAsync(baselines);
    }
}
