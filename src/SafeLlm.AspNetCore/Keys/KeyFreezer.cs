using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using SafeLlm.Anomalies;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Tells somebody about a key that is used from far more networks than it has been, and freezes it where that is wanted: at once in this
/// process, and in its store for all others and for later. A key of the configuration is in no store: it is locked out there, until an
/// operator ends that.
/// </summary>
internal sealed class KeyFreezer(VerifierSettings settings, VerifierStores stores, ConfiguredKeyStore configured, VerifierAlerts alerts, ILogger<KeyFreezer> logger)
{
    // The end of a lock-out that waits for an operator: far beyond every freeze for a while, and an instant that each store keeps.
    private static readonly DateTimeOffset UntilThawed = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Frozen here, and not in their store yet: from then on it says so, and says when they are thawed. Bounded by the keys there are.
    private readonly ConcurrentDictionary<string, DateTimeOffset> frozen = new(StringComparer.Ordinal);

    // Locked out, and until when. Bounded by the keys there are, too.
    private readonly ConcurrentDictionary<string, DateTimeOffset> resting = new(StringComparer.Ordinal);

    // Asked with each call: the dictionary would take all its locks to say that it is empty.
    private volatile bool any;

    /// <summary>Whether this process refuses a key, until an operator thaws it, that its store or the configuration knows nothing against.</summary>
    public bool IsFrozen(string keyId) => any && (frozen.ContainsKey(keyId) || (resting.TryGetValue(keyId, out var until) && AwaitsOperator(until)));

    /// <summary>Whether a key that is frozen until then waits for an operator. A store may keep an instant less exactly than it was given.</summary>
    public static bool AwaitsOperator(DateTimeOffset until) => until > UntilThawed.AddDays(-1);

    /// <summary>Notes a use of a key: a call whose nonce was claimed, or copies of one could freeze their owner. Whether it is frozen.</summary>
    public bool Note(VerifierKey key, IPAddress? caller, DateTimeOffset now)
    {
        var keyId = key.Key.KeyId;
        if (IsFrozen(keyId)) return true;
        if (!settings.KeyNetworks.Note(keyId, caller, now, out var seen, out var usual)) return false;
        var freezes = settings.Options.KeySpread.Freeze;
        alerts.KeySpreads(keyId, seen, usual, freezes, now);
        if (!freezes) return false;
        _ = Freeze(keyId, now);
        return true;
    }

    /// <summary>What a call of a frozen key is answered.</summary>
    /// <param name="until">Until when it is frozen; null until an operator thaws it.</param>
    public static Refusal Refused(DateTimeOffset? until) => until is { } end && !AwaitsOperator(end)
        ? new Refusal(RefusalCode.RateLimited, "The key is frozen for a while: it is used far more than usual. Its operator can tell why.") { RoomAt = end }
        : new Refusal(RefusalCode.KeyRevoked, "The key was frozen until its operator has looked at how it is used. Ask there, or use another.");

    /// <summary>Called when a key was frozen, for a while or until an operator thaws it, that no store of keys has to know of.</summary>
    public Action<string, DateTimeOffset>? Rested { get; set; }

    /// <summary>Freezes a key for a while.</summary>
    public void Rest(string keyId, DateTimeOffset until)
    {
        Impose(keyId, until);
        Rested?.Invoke(keyId, until);
    }

    /// <summary>Freezes a key for a while that another process has frozen.</summary>
    public void Impose(string keyId, DateTimeOffset until)
    {
        any = true;
        resting.AddOrUpdate(keyId, until, (_, known) => known > until ? known : until);
    }

    /// <summary>Called when a key that was frozen for a while goes on before its time.</summary>
    public Action<string>? Woken { get; set; }

    /// <summary>Lets a key go on that was frozen for a while; here, and where its stores are shared on every node.</summary>
    /// <param name="keyId">The key.</param>
    /// <param name="cancellationToken">Gives up the writing.</param>
    public async Task WakeAsync(string keyId, CancellationToken cancellationToken)
    {
        if (stores.Stores.LockOuts is { } lockOuts) await lockOuts.EndAsync(LockOutRecorder.KeyScope + keyId, cancellationToken);
        Wake(keyId);
    }

    /// <summary>Lets a key go on that was woken elsewhere.</summary>
    public void Wake(string keyId)
    {
        if (resting.TryRemove(keyId, out _)) Woken?.Invoke(keyId);
    }

    /// <summary>Until when a key is frozen for a while; null where it is not.</summary>
    public DateTimeOffset? RestsUntil(string keyId, DateTimeOffset now)
    {
        if (!any || !resting.TryGetValue(keyId, out var until)) return null;
        if (until > now) return until;
        _ = resting.TryRemove(KeyValuePair.Create(keyId, until));
        return null;
    }

    /// <summary>Freezes a key until an operator thaws it. Whether it was not frozen yet.</summary>
    public bool Freeze(string keyId, DateTimeOffset now)
    {
        if (IsFrozen(keyId)) return false;
        if (RegistryOf(keyId) is { } registry)
        {
            any = true;
            frozen[keyId] = now;
            _ = IsFrozenInStoreAsync(registry, keyId, now);
        }
        else
        {
            Rest(keyId, UntilThawed);
        }

        return true;
    }

    /// <summary>The keys that are frozen in this process and not in their store yet.</summary>
    public IEnumerable<string> Unwritten => any ? frozen.Keys.Where(keyId => RegistryOf(keyId) is not null) : [];

    /// <summary>Tries once more to freeze keys in their store that it did not take: until then they are frozen on this node alone. A store that fails is not asked for the rest.</summary>
    public async Task WriteAsync()
    {
        if (!any) return;
        foreach (var (keyId, at) in frozen)
        {
            if (RegistryOf(keyId) is { } registry && !await IsFrozenInStoreAsync(registry, keyId, at)) return;
        }
    }

    /// <summary>Freezes a key for an operator: at once in this process, and in its store for all others and for later.</summary>
    /// <param name="registry">The store that the key is in; null for a key of the configuration.</param>
    /// <param name="keyId">The key.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancellationToken">Gives up the writing.</param>
    public async Task FreezeAsync(IKeyRegistry? registry, string keyId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (registry is null)
        {
            await LockOutAsync(keyId, cancellationToken);
            return;
        }

        any = true;
        frozen[keyId] = now;
        _ = await registry.FreezeAsync(keyId, now, cancellationToken);
        _ = frozen.TryRemove(keyId, out _);
    }

    /// <summary>Lets a key pass again, whichever way it was frozen.</summary>
    /// <param name="registry">The store that the key is in; null for a key of the configuration.</param>
    /// <param name="keyId">The key.</param>
    /// <param name="cancellationToken">Gives up the writing.</param>
    public async Task ThawAsync(IKeyRegistry? registry, string keyId, CancellationToken cancellationToken)
    {
        if (registry is not null) _ = await registry.FreezeAsync(keyId, null, cancellationToken);
        _ = frozen.TryRemove(keyId, out _);
        await WakeAsync(keyId, cancellationToken);
        // Also where it was not frozen for a while: what it was frozen for is forgiven, or its next call would freeze it anew.
        Woken?.Invoke(keyId);
    }

    private async Task LockOutAsync(string keyId, CancellationToken cancellationToken)
    {
        Impose(keyId, UntilThawed);
        if (stores.Stores.LockOuts is not { } lockOuts) return;
        try
        {
            await lockOuts.RecordAsync(new LockOut(LockOutRecorder.KeyScope + keyId, UntilThawed), cancellationToken);
        }
        catch
        {
            // Recorded as soon as the store takes it. Whoever asked is told that it is not there yet.
            Rested?.Invoke(keyId, UntilThawed);
            throw;
        }
    }

    // Null where the key is in no store that can be written. A key of the configuration is frozen here: a thaw of one of the store that has
    // its name must not end that.
    private IKeyRegistry? RegistryOf(string keyId) =>
        configured.Find(keyId) is null && stores.Stores.Keys is IKeyRegistry registry && stores.Stores.Keys.Find(keyId) is not null ? registry : null;

    private async Task<bool> IsFrozenInStoreAsync(IKeyRegistry registry, string keyId, DateTimeOffset now)
    {
        try
        {
            _ = await registry.FreezeAsync(keyId, now, CancellationToken.None);
            // From now on the store says so, and says when it is thawed.
            _ = frozen.TryRemove(keyId, out _);
            return true;
        }
        catch (Exception failure)
        {
            Log.NotFrozen(logger, keyId, failure);
            return false;
        }
    }
}
