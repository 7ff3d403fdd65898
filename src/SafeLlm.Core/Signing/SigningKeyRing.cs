namespace SafeLlm.Signing;

/// <summary>
/// Keys in memory: one immutable snapshot, replaced as a whole, so that a reader sees the keys from before or from after
/// and never some of each. Thread-safe.
/// </summary>
public sealed class SigningKeyRing : ISigningKeyStore
{
    private volatile Dictionary<string, VerifierKey> _snapshot;

    /// <summary>Starts without keys: every signature is refused until <see cref="Replace"/>.</summary>
    public SigningKeyRing()
        : this([])
    {
    }

    /// <summary>Starts with these keys.</summary>
    /// <exception cref="ArgumentException">A keyid stands twice.</exception>
    public SigningKeyRing(IEnumerable<VerifierKey> keys) => _snapshot = Snapshot(keys);

    /// <summary>How many keys there are.</summary>
    public int Count => _snapshot.Count;

    /// <inheritdoc/>
    public IReadOnlyCollection<VerifierKey> All => _snapshot.Values;

    /// <inheritdoc/>
    public VerifierKey? Find(string keyId) => _snapshot.GetValueOrDefault(keyId);

    /// <summary>Puts these keys in the place of all others, at once. A key that is missing from them is gone.</summary>
    /// <exception cref="ArgumentException">A keyid stands twice. The keys from before stay.</exception>
    public void Replace(IEnumerable<VerifierKey> keys) => _snapshot = Snapshot(keys);

    private static Dictionary<string, VerifierKey> Snapshot(IEnumerable<VerifierKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var snapshot = new Dictionary<string, VerifierKey>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (!snapshot.TryAdd(key.Key.KeyId, key))
            {
                throw new ArgumentException(
                    $"The keyid '{key.Key.KeyId}' stands twice. A keyid names one key and is never used again; give the new key a name of its own.",
                    nameof(keys));
            }
        }

        return snapshot;
    }
}
