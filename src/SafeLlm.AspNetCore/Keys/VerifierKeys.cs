using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>The keys of the configuration, and those of the store behind them. Where both have a name, the configuration counts.</summary>
internal sealed class VerifierKeys(ConfiguredKeyStore configured, VerifierStores stores) : ISigningKeyStore
{
    private readonly ISigningKeyStore? stored = stores.Stores.Keys;

    public IReadOnlyCollection<VerifierKey> All => stored is null
        ? configured.All
        : [.. configured.All, .. stored.All.Where(key => configured.Find(key.Key.KeyId) is null)];

    public IReadOnlyCollection<string> Faults => stored?.Faults ?? [];

    public DateTimeOffset? CurrentAt => stored?.CurrentAt;

    public VerifierKey? Find(string keyId) => configured.Find(keyId) ?? stored?.Find(keyId);
}
