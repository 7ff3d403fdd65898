namespace SafeLlm.Signing;

/// <summary>
/// Seals the secrets of keys before they are stored, and opens them again. Bound to the key they belong to: a sealed secret that was
/// moved to another row does not open.
/// </summary>
public interface IKeyProtector
{
    /// <summary>Seals a secret.</summary>
    byte[] Protect(ReadOnlySpan<byte> secret, KeyBinding binding);

    /// <summary>Opens what <see cref="Protect"/> sealed. Whatever it throws, the key is left out, its store says so, and it is tried again.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was sealed for another key, under another secret, or changed.</exception>
    byte[] Unprotect(ReadOnlySpan<byte> sealedSecret, KeyBinding binding);
}
