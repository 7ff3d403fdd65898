using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>A name that the configuration and the store both have, as long as neither says anything else of it.</summary>
internal sealed class KeyOverlap(VerifierKey configured, VerifierKey stored)
{
    /// <summary>
    /// The key of the configuration, for as long as both let it live: whoever revokes or freezes a key in the store is told that it is, and
    /// that must be so.
    /// </summary>
    public VerifierKey Key { get; } = configured with
    {
        NotBefore = configured.NotBefore > stored.NotBefore ? configured.NotBefore : stored.NotBefore ?? configured.NotBefore,
        NotAfter = Earlier(configured.NotAfter, stored.NotAfter),
        RevokedAt = Earlier(configured.RevokedAt, stored.RevokedAt),
        FrozenAt = Earlier(configured.FrozenAt, stored.FrozenAt),
    };

    /// <summary>Whether both verify the same signatures.</summary>
    public bool IsOneKey { get; } = configured.Key.IsSameAs(stored.Key);

    public bool IsOf(VerifierKey one, VerifierKey other) => ReferenceEquals(one, configured) && ReferenceEquals(other, stored);

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one < other ? one : other ?? one;
}
