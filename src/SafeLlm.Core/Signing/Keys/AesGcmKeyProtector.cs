using System.Security.Cryptography;

namespace SafeLlm.Signing;

/// <summary>
/// Seals secrets with AES-256-GCM under a master key from a file or from the environment. A sealed secret is a version, the master
/// key's fingerprint, a random nonce, the tag and the ciphertext; keyid, algorithm and client are authenticated with it. Thread-safe.
/// </summary>
public sealed class AesGcmKeyProtector : IKeyProtector
{
    private const byte Version = 1;
    private const int KeyLength = 32;
    private const int MarkLength = 4;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeadLength = 1 + MarkLength + NonceLength + TagLength;

    private readonly byte[] _key;
    private readonly byte[] _mark;

    /// <summary>Takes a master key.</summary>
    /// <param name="masterKey">32 random bytes. Copied.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public AesGcmKeyProtector(ReadOnlySpan<byte> masterKey)
    {
        if (masterKey.Length != KeyLength) throw new ArgumentException($"The master key has {masterKey.Length} bytes; it needs {KeyLength} random ones.", nameof(masterKey));
        _key = masterKey.ToArray();
        _mark = SHA256.HashData(_key)[..MarkLength];
    }

    /// <summary>Reads the master key from a file: 32 random bytes in base64.</summary>
    /// <exception cref="ArgumentException">The file cannot be read, or holds something else; the message does not repeat it.</exception>
    public static AesGcmKeyProtector FromFile(string path)
    {
        try
        {
            return FromBase64(File.ReadAllText(path), $"The file {path}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ArgumentException($"The master key cannot be read from {path}: {failure.Message}", nameof(path));
        }
    }

    /// <summary>Reads the master key from an environment variable: 32 random bytes in base64.</summary>
    /// <exception cref="ArgumentException">There is no such variable, or it holds something else; the message does not repeat it.</exception>
    public static AesGcmKeyProtector FromEnvironment(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
        ? FromBase64(text, $"The environment variable {variable}")
        : throw new ArgumentException($"The environment variable {variable} is not set; it shall hold the master key, 32 random bytes in base64.", nameof(variable));

    /// <summary>A new master key in base64, to be written to a file that only the server reads, away from the store.</summary>
    public static string GenerateMasterKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength));

    /// <inheritdoc/>
    public byte[] Protect(ReadOnlySpan<byte> secret, KeyBinding binding)
    {
        var result = new byte[HeadLength + secret.Length];
        result[0] = Version;
        _mark.CopyTo(result.AsSpan(1));
        var nonce = result.AsSpan(1 + MarkLength, NonceLength);
        // 96 random bits: a key would have to be sealed four thousand million times before two are likely to meet.
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, secret, result.AsSpan(HeadLength), result.AsSpan(HeadLength - TagLength, TagLength), binding.ToBytes());
        return result;
    }

    /// <inheritdoc/>
    public byte[] Unprotect(ReadOnlySpan<byte> sealedSecret, KeyBinding binding)
    {
        if (sealedSecret.Length < HeadLength || sealedSecret[0] != Version) throw new CryptographicException($"The stored secret of {binding.KeyId} was not sealed by this version.");
        if (!sealedSecret.Slice(1, MarkLength).SequenceEqual(_mark)) throw new CryptographicException($"The stored secret of {binding.KeyId} was sealed under another master key than the one given.");
        var secret = new byte[sealedSecret.Length - HeadLength];
        using var aes = new AesGcm(_key, TagLength);
        try
        {
            aes.Decrypt(sealedSecret.Slice(1 + MarkLength, NonceLength), sealedSecret[HeadLength..], sealedSecret.Slice(HeadLength - TagLength, TagLength), secret, binding.ToBytes());
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new CryptographicException($"The stored secret of {binding.KeyId} was changed, or belongs to another key, algorithm or client.");
        }

        return secret;
    }

    /// <summary>The fingerprint of the master key; never the key.</summary>
    public override string ToString() => $"AES-256-GCM under {Convert.ToHexStringLower(_mark)}";

    private static AesGcmKeyProtector FromBase64(string text, string where)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text.Trim(), bytes, out var length) || length != KeyLength)
        {
            throw new ArgumentException($"{where} does not hold a master key: 32 random bytes in base64. Make one with safellm keys new-master.");
        }

        var protector = new AesGcmKeyProtector(bytes.AsSpan(0, length));
        CryptographicOperations.ZeroMemory(bytes);
        return protector;
    }
}
