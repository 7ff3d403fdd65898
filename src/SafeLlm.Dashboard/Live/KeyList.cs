using SafeLlm.AspNetCore;
using SafeLlm.Signing;

namespace SafeLlm.Dashboard;

/// <summary>The keys that the verifier knows, those first that an operator should look at.</summary>
internal sealed class KeyList(ISigningKeyStore keys, ConfiguredKeyStore configured, KeyFreezer freezer, VerifierSettings settings)
{
    public IReadOnlyList<KeyRow> Read(DateTimeOffset now) =>
    [
        .. keys.All
            .Select(key => Row(key, now))
            .OrderBy(row => row.State)
            .ThenBy(row => row.Key.NotAfter ?? DateTimeOffset.MaxValue)
            .ThenBy(row => row.Key.Key.KeyId, StringComparer.Ordinal),
    ];

    private KeyRow Row(VerifierKey key, DateTimeOffset now)
    {
        var rests = freezer.RestsUntil(key.Key.KeyId, now);
        var state = StateOf(key, rests is not null, now);
        var endsSoon = state is KeyState.Live or KeyState.Frozen && key.NotAfter - now <= settings.Options.WarnBeforeExpiry;
        return new KeyRow(key, settings.Tiers.Of(key)?.Name, state, configured.Find(key.Key.KeyId) is null, endsSoon)
        {
            RestsUntil = key.FrozenAt is null && !freezer.IsFrozen(key.Key.KeyId) ? rests : null,
        };
    }

    private KeyState StateOf(VerifierKey key, bool rests, DateTimeOffset now) =>
        key.RevokedAt <= now ? KeyState.Revoked
        : key.NotAfter <= now ? KeyState.Expired
        : rests || key.FrozenAt <= now || freezer.IsFrozen(key.Key.KeyId) ? KeyState.Frozen
        : key.NotBefore > now ? KeyState.NotYet
        : KeyState.Live;
}
