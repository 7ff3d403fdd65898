using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace SafeLlm.Signing;

/// <summary>
/// Seals the secrets of stored signing keys with ASP.NET Core Data Protection, whose key ring then is what protects them: keep the ring
/// elsewhere than in the store of the keys, or who reads one reads both. Each secret has a purpose of its own: keyid, algorithm, client.
/// </summary>
/// <param name="provider">The application's provider. Its ring must outlive the process: secrets that were sealed by a lost ring are lost.</param>
public sealed class DataProtectionKeyProtector(IDataProtectionProvider provider) : IKeyProtector
{
    private const string Purpose = "SafeLlm.SigningKeys.v1";

    /// <inheritdoc/>
    public byte[] Protect(ReadOnlySpan<byte> secret, KeyBinding binding)
    {
        var plain = secret.ToArray();
        try
        {
            return Protector(binding).Protect(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <inheritdoc/>
    public byte[] Unprotect(ReadOnlySpan<byte> sealedSecret, KeyBinding binding)
    {
        try
        {
            return Protector(binding).Unprotect(sealedSecret.ToArray());
        }
        catch (CryptographicException)
        {
            throw new CryptographicException($"The stored secret of {binding.KeyId} was changed, belongs to another key, algorithm or client, or was sealed by a key ring that is gone.");
        }
    }

    private IDataProtector Protector(KeyBinding binding) =>
        provider.CreateProtector(Purpose, binding.KeyId, binding.Algorithm.Name(), binding.Client is null ? "-" : "+" + binding.Client);
}
