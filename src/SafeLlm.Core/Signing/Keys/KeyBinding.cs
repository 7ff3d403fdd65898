using System.Text;

namespace SafeLlm.Signing;

/// <summary>What a sealed secret is bound to.</summary>
/// <param name="KeyId">The key's name.</param>
/// <param name="Algorithm">How it signs.</param>
/// <param name="Client">Whose it is; null where nobody is named.</param>
public readonly record struct KeyBinding(string KeyId, SignatureAlgorithm Algorithm, string? Client)
{
    /// <summary>The binding of a key.</summary>
    public static KeyBinding Of(VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new KeyBinding(key.Key.KeyId, key.Key.Algorithm, key.Client);
    }

    /// <summary>As bytes to be authenticated. A keyid has no zero in it, so that no two bindings are the same bytes.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes($"safellm-key-v1\0{KeyId}\0{Algorithm.Name()}\0{(Client is null ? "-" : "+" + Client)}");
}
