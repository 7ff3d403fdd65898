using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>A store of keys that a test changes while the verifier runs.</summary>
internal sealed class ShiftingKeys(params VerifierKey[] keys) : ISigningKeyStore, IKeyRegistry
{
    private readonly Dictionary<string, VerifierKey> all = keys.ToDictionary(key => key.Key.KeyId, StringComparer.Ordinal);

    public IReadOnlyCollection<VerifierKey> All => all.Values;

    public DateTimeOffset? CurrentAt { get; set; }

    public IReadOnlyCollection<string> Faults { get; set; } = [];

    /// <summary>Completes with the first key that is frozen.</summary>
    public TaskCompletionSource<string> Frozen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>No key can be frozen, as where the store cannot be written.</summary>
    public bool IsBroken { get; set; }

    public VerifierKey? Find(string keyId) => all.GetValueOrDefault(keyId);

    public void Remove(string keyId) => all.Remove(keyId);

    public void Change(string keyId, Func<VerifierKey, VerifierKey> change) => all[keyId] = change(all[keyId]);

    public ValueTask<bool> AddAsync(VerifierKey key, CancellationToken cancellationToken) => new(all.TryAdd(key.Key.KeyId, key));

    public ValueTask<IReadOnlyList<VerifierKey>> ListAsync(CancellationToken cancellationToken) => new([.. all.Values]);

    public ValueTask<bool> EndAsync(string keyId, DateTimeOffset notAfter, CancellationToken cancellationToken) => Set(keyId, key => key with { NotAfter = notAfter });

    public ValueTask<bool> RevokeAsync(string keyId, DateTimeOffset at, CancellationToken cancellationToken) => Set(keyId, key => key with { RevokedAt = at });

    public ValueTask<bool> FreezeAsync(string keyId, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        if (IsBroken) throw new IOException("The store is gone.");
        var set = Set(keyId, key => key with { FrozenAt = at });
        if (at is not null) Frozen.TrySetResult(keyId);
        return set;
    }

    private ValueTask<bool> Set(string keyId, Func<VerifierKey, VerifierKey> change)
    {
        if (!all.ContainsKey(keyId)) return new(false);
        Change(keyId, change);
        return new(true);
    }
}
