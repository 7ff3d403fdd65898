using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Shares with other nodes, and with the next start, what is learned of keys and who has to wait: who waits elsewhere waits here within ten
/// seconds; what is learned and counted here is kept every minute, and what others learned and counted is taken up then. Neither waits for the
/// other. Where the store does not answer, each node goes on by itself, and tries again to record who is frozen.
/// </summary>
internal sealed class SharedWatch(KeyWatch watch, KeyFreezer freezer, VerifierSettings settings, VerifierStores stores, TimeProvider time, ILogger<SharedWatch> logger) : IHostedService, IDisposable
{
    private const string NetworkScope = "network:";

    // A store may keep an instant less exactly than it was given.
    private static readonly TimeSpan StoresPrecision = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim taking = new(1, 1);
    private readonly SemaphoreSlim saving = new(1, 1);
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
    public Task ShareAsync() => Task.WhenAll(RunAsync(taking, TakeAsync), RunAsync(saving, () => time.GetUtcNow() - savedAt >= SaveEvery ? SaveAsync() : Task.CompletedTask));

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (timer is not null) await timer.DisposeAsync();

        // A round that is under way may have kept what was learned; what it did not is learned again.
        if (!await EnterAsync(saving, cancellationToken)) return;
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
            saving.Release();
        }

        // Its stores go when all is stopped.
        _ = await EnterAsync(taking, cancellationToken);
    }

    public void Dispose()
    {
        timer?.Dispose();
        taking.Dispose();
        saving.Dispose();
    }

    // Whether it is our turn. Where the host is out of patience already, it is if no round is under way.
    private static async Task<bool> EnterAsync(SemaphoreSlim turn, CancellationToken cancellationToken)
    {
        try
        {
            if (!await turn.WaitAsync(TimeSpan.Zero, CancellationToken.None)) await turn.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // A round that takes longer than the next one's start is not doubled.
    private async Task RunAsync(SemaphoreSlim turn, Func<Task> round)
    {
        if (!await turn.WaitAsync(TimeSpan.Zero, CancellationToken.None)) return;
        try
        {
            await round();
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

    private async Task TakeAsync()
    {
        await freezer.WriteAsync();
        if (recorder is not null) await recorder.RecordLateAsync();
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
