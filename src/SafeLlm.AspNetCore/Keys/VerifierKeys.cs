using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>
/// The keys of the configuration, and those of the store behind them. Where both have a name, the configuration says which key it is and what
/// it may do, and it lives only as long as both let it.
/// </summary>
internal sealed class VerifierKeys(ConfiguredKeyStore configured, VerifierStores stores, ILogger<VerifierKeys> logger) : ISigningKeyStore
{
    private readonly ISigningKeyStore? stored = stores.Stores.Keys;

    // Made anew when either side says something else, and not with each request. Bounded by the keys of the configuration.
    private readonly ConcurrentDictionary<string, KeyOverlap> overlaps = new(StringComparer.Ordinal);

    public IReadOnlyCollection<VerifierKey> All => stored is null
        ? configured.All
        : [.. configured.All.Select(Stricter), .. stored.All.Where(key => configured.Find(key.Key.KeyId) is null)];

    public IReadOnlyCollection<string> Faults => stored is null
        ? []
        : [.. stored.Faults, .. configured.All.Select(OverlapOf).OfType<KeyOverlap>().Where(overlap => !overlap.IsOneKey).Select(Fault)];

    public DateTimeOffset? CurrentAt => stored?.CurrentAt;

    public VerifierKey? Find(string keyId) => configured.Find(keyId) is { } key ? Stricter(key) : stored?.Find(keyId);

    private VerifierKey Stricter(VerifierKey key) => OverlapOf(key)?.Key ?? key;

    private KeyOverlap? OverlapOf(VerifierKey key)
    {
        var keyId = key.Key.KeyId;
        if (stored?.Find(keyId) is not { } other) return null;
        if (!overlaps.TryGetValue(keyId, out var known))
        {
            var first = new KeyOverlap(key, other);
            if (overlaps.TryAdd(keyId, first)) Log.KeyInBoth(logger, keyId);
            return first;
        }

        return known.IsOf(key, other) ? known : overlaps[keyId] = new KeyOverlap(key, other);
    }

    private static string Fault(KeyOverlap overlap) =>
        $"The key {overlap.Key.Key.KeyId} of the store is another than that of the configuration, which counts. Give one of them a name of its own, or take it out of the configuration.";
}
