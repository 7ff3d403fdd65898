using SafeLlm.Anomalies;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Keys;

/// <summary>The keys of a store of whatever kind, and what is closed with them.</summary>
internal sealed class StoredKeys(IKeyRegistry registry, ILockOutStore lockOuts, params IReadOnlyList<IDisposable> opened) : IDisposable
{
    /// <summary>Where keys are written.</summary>
    public IKeyRegistry Registry => registry;

    /// <summary>Who has to wait: a key that is frozen for a while is no matter of its record.</summary>
    public ILockOutStore LockOuts => lockOuts;

    /// <summary>The keys of a ledger on a server.</summary>
    public static StoredKeys Of(SafeLlmStores stores) => new((IKeyRegistry)stores.Keys!, stores.LockOuts!, stores);

    /// <summary>What is wrong with keys that do not open here.</summary>
    public IReadOnlyCollection<string> Faults => (registry as ISigningKeyStore)?.Faults ?? [];

    /// <summary>The key of that name; null where there is none.</summary>
    /// <exception cref="CommandFailedException">It is there and does not open.</exception>
    public async ValueTask<VerifierKey?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        if ((await registry.ListAsync(cancellationToken)).FirstOrDefault(key => string.Equals(key.Key.KeyId, keyId, StringComparison.Ordinal)) is { } found) return found;
        return Faults.FirstOrDefault(fault => fault.Contains($" {keyId} ", StringComparison.Ordinal)) is { } why ? throw new CommandFailedException(why) : null;
    }

    /// <summary>Looked at before its secret is written: that of a key that the store refuses is of no use to anybody.</summary>
    /// <exception cref="CommandFailedException">The name was used before.</exception>
    public async ValueTask ThrowIfUsedAsync(string keyId, CancellationToken cancellationToken)
    {
        if (await FindAsync(keyId, cancellationToken) is not null) throw new CommandFailedException($"There is or was a key {keyId}. A name is never used twice: give the new key one of its own.");
    }

    public void Dispose()
    {
        foreach (var one in opened) one.Dispose();
    }
}
