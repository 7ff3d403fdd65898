using SafeLlm.Signing;

namespace SafeLlm;

/// <summary>A key to sign with, and its life. Of several that are valid, the one with the latest <see cref="NotBefore"/> signs.</summary>
/// <param name="key">The key.</param>
public sealed class ClientSigningKey(SigningKey key)
{
    /// <summary>The key.</summary>
    public SigningKey Key { get; } = key ?? throw new ArgumentNullException(nameof(key));

    /// <summary>From when on it signs.</summary>
    /// <value>The default is null: from ever.</value>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Until when it signs, and no longer.</summary>
    /// <value>The default is null: for ever.</value>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The key's name; never its secret.</summary>
    public override string ToString() => Key.KeyId;
}
