using System.Text.Unicode;

namespace SafeLlm.Signing;

/// <summary>Issues keys and lets new ones follow them, with the lives that the profile gives (A11).</summary>
/// <param name="registry">Where keys are kept.</param>
/// <param name="time">The clock.</param>
public sealed class KeyIssuer(IKeyRegistry registry, TimeProvider time)
{
    /// <summary>How long a key lives unless something else is said: 90 days.</summary>
    public static TimeSpan DefaultLife { get; } = TimeSpan.FromDays(90);

    /// <summary>How long the old key still passes beside the new one unless something else is said: 7 days.</summary>
    public static TimeSpan DefaultOverlap { get; } = TimeSpan.FromDays(7);

    // A signature made in the last second of the switch lives for 300 s, clocks run 30 s apart, and a node reads keys anew within 5 s.
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(335);

    /// <summary>Adds a key that lives from now on.</summary>
    /// <param name="key">The key with its owner and scopes. Its life is set here where it has none.</param>
    /// <param name="life">How long it lives; <see cref="DefaultLife"/> where null.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <exception cref="ArgumentException">The life is not above zero, the record has errors (<see cref="VerifierKey.GetErrors"/>), a seed-v0 key is bound to no endpoint, acts for users or is no text, or the name was used before.</exception>
    public async ValueTask<VerifierKey> IssueAsync(VerifierKey key, TimeSpan? life, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (life <= TimeSpan.Zero) throw new ArgumentException($"A key lives for more than no time; here it is {life}.", nameof(life));
        VerifierKeyRules.ThrowIfWrong(key);
        if (key is { Profile: SignatureProfile.SeedV0, Endpoints.Count: 0 }) throw new ArgumentException("A seed-v0 key signs neither path nor query: name the endpoints that it may call.", nameof(key));
        if (key is { Profile: SignatureProfile.SeedV0, ActsForUsers: true }) throw new ArgumentException("A seed-v0 key signs no header, so anybody on the way could name the user: it cannot act for users.", nameof(key));
        if (key.Profile == SignatureProfile.SeedV0 && !IsText(key.Key)) throw new ArgumentException("The secret of a seed-v0 key is a text. Make it with SigningKey.Seed.", nameof(key));
        var now = time.GetUtcNow();
        var issued = key with { NotBefore = key.NotBefore ?? now, NotAfter = key.NotAfter ?? now + (life ?? DefaultLife) };
        return await registry.AddAsync(issued, cancellationToken).ConfigureAwait(false)
            ? issued
            : throw new ArgumentException($"There is or was a key named {key.Key.KeyId}. A name is never used twice: give the new key one of its own.", nameof(key));
    }

    /// <summary>Adds the key that follows another, for the same owner and scopes, and lets the old one end after the overlap.</summary>
    /// <param name="keyId">The key that is followed.</param>
    /// <param name="next">The new key's material, under a name of its own.</param>
    /// <param name="life">How long the new one lives; <see cref="DefaultLife"/> where null.</param>
    /// <param name="overlap">How long its client has to switch; <see cref="DefaultOverlap"/> where null.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <exception cref="ArgumentException">There is no such key, it is revoked or at its end, or the new name was used before.</exception>
    public async ValueTask<VerifierKey> RotateAsync(string keyId, SigningKey next, TimeSpan? life, TimeSpan? overlap, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (overlap < TimeSpan.Zero) throw new ArgumentException($"The overlap is {overlap}; it cannot be negative.", nameof(overlap));
        var now = time.GetUtcNow();
        var old = (await registry.ListAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(key => string.Equals(key.Key.KeyId, keyId, StringComparison.Ordinal))
            ?? throw new ArgumentException($"There is no key named {keyId}.", nameof(keyId));
        if (old.RevokedAt is not null || old.FrozenAt is not null || old.NotAfter <= now)
        {
            throw new ArgumentException($"The key {keyId} is revoked, frozen or at its end; issue a new one, and do not let it inherit from this.", nameof(keyId));
        }

        // The new one first: a crash in between leaves two keys, never none.
        var issued = await IssueAsync(old with { Key = next, NotBefore = null, NotAfter = null }, life, cancellationToken).ConfigureAwait(false);
        _ = await registry.EndAsync(keyId, now + (overlap ?? DefaultOverlap) + Tail, CancellationToken.None).ConfigureAwait(false);
        return issued;
    }

    private static bool IsText(SigningKey key) => key.Material is HmacSha256Material secret && Utf8.IsValid(secret.ExportSecret());
}
