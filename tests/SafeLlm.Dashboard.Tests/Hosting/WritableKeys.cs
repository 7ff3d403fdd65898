using System.Collections.Concurrent;
using SafeLlm.Signing;

namespace SafeLlm.Dashboard.Tests;

/// <summary>A store of keys that can be written, and that fails where a test wants it to.</summary>
internal sealed class WritableKeys(params VerifierKey[] keys) : ISigningKeyStore, IKeyRegistry
{
    private readonly ConcurrentDictionary<string, VerifierKey> all = new(keys.Select(key => KeyValuePair.Create(key.Key.KeyId, key)), StringComparer.Ordinal);

    public IReadOnlyCollection<VerifierKey> All => [.. all.Values];

    public bool IsBroken { get; set; }

    public VerifierKey? Find(string keyId) => all.GetValueOrDefault(keyId);

    public ValueTask<bool> AddAsync(VerifierKey key, CancellationToken cancellationToken) => new(all.TryAdd(key.Key.KeyId, key));

    public ValueTask<IReadOnlyList<VerifierKey>> ListAsync(CancellationToken cancellationToken) => new([.. all.Values]);

    public ValueTask<bool> EndAsync(string keyId, DateTimeOffset notAfter, CancellationToken cancellationToken) => Set(keyId, key => key with { NotAfter = notAfter });

    public ValueTask<bool> RevokeAsync(string keyId, DateTimeOffset at, CancellationToken cancellationToken) => Set(keyId, key => key with { RevokedAt = at });

    public ValueTask<bool> FreezeAsync(string keyId, DateTimeOffset? at, CancellationToken cancellationToken) => Set(keyId, key => key with { FrozenAt = at });

    private ValueTask<bool> Set(string keyId, Func<VerifierKey, VerifierKey> change)
    {
        if (IsBroken) throw new IOException("The disk of this test is gone.");
        if (!all.TryGetValue(keyId, out var key)) return new(false);
        all[keyId] = change(key);
        return new(true);
    }
}
