namespace SafeLlm.Signing;

/// <summary>A store of keys that can be written: issue, look through, end, revoke, freeze. A key's row is never deleted, and its name never used again.</summary>
public interface IKeyRegistry
{
    /// <summary>Adds a key.</summary>
    /// <returns>False where there is one of that name, be it long revoked.</returns>
    /// <exception cref="ArgumentException">The record has errors: <see cref="VerifierKey.GetErrors"/>.</exception>
    ValueTask<bool> AddAsync(VerifierKey key, CancellationToken cancellationToken);

    /// <summary>All keys, the ended ones too, by name.</summary>
    ValueTask<IReadOnlyList<VerifierKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Lets a key end at an instant, unless it ends before that anyway. False where there is no such key.</summary>
    ValueTask<bool> EndAsync(string keyId, DateTimeOffset notAfter, CancellationToken cancellationToken);

    /// <summary>Revokes a key: at once in this process, within a second in all others that share the store. False where there is no such key.</summary>
    ValueTask<bool> RevokeAsync(string keyId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Freezes a key until somebody has looked at it, or thaws it again with null. False where there is no such key.</summary>
    ValueTask<bool> FreezeAsync(string keyId, DateTimeOffset? at, CancellationToken cancellationToken);
}
