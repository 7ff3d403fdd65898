using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Tells somebody about a key that is used from far more networks than it has been, and freezes it where that is wanted: at once in this
/// process, and in its store for all others and for later.
/// </summary>
internal sealed class KeyFreezer(VerifierSettings settings, VerifierStores stores, VerifierAlerts alerts, ILogger<KeyFreezer> logger)
{
    // Bounded by the keys there are. An entry goes when the store says that the key was thawed.
    private readonly ConcurrentDictionary<string, DateTimeOffset> frozen = new(StringComparer.Ordinal);

    // Asked with each call: the dictionary would take all its locks to say that it is empty.
    private volatile bool any;

    /// <summary>Whether this process refuses a key that its store or the configuration knows nothing against.</summary>
    public bool IsFrozen(string keyId) => any && frozen.ContainsKey(keyId);

    /// <summary>Notes a use of a key. Whether it is frozen.</summary>
    public bool Note(VerifierKey key, IPAddress? caller, DateTimeOffset now)
    {
        var keyId = key.Key.KeyId;
        if (any && frozen.ContainsKey(keyId)) return true;
        if (!settings.KeyNetworks.Note(keyId, caller, now, out var seen, out var usual)) return false;
        var freezes = settings.Options.KeySpread.Freeze;
        alerts.KeySpreads(keyId, seen, usual, freezes, now);
        if (!freezes) return false;
        any = true;
        if (stores.Stores.Keys is IKeyRegistry registry && stores.Stores.Keys.Find(keyId) is not null)
        {
            frozen[keyId] = now;
            _ = FreezeAsync(registry, keyId, now);
        }
        else
        {
            // A key of the configuration stays frozen until a restart, before which somebody should change it.
            frozen[keyId] = now;
        }

        return true;
    }

    private async Task FreezeAsync(IKeyRegistry registry, string keyId, DateTimeOffset now)
    {
        try
        {
            _ = await registry.FreezeAsync(keyId, now, CancellationToken.None);
            // From now on the store says so, and says when it is thawed.
            _ = frozen.TryRemove(keyId, out _);
        }
        catch (Exception failure)
        {
            Log.NotFrozen(logger, keyId, failure);
        }
    }
}
