using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SafeLlm.Signing;

/// <summary>A nonce to be claimed: used once by its key until it can no longer pass as fresh.</summary>
/// <param name="KeyId">The key that signed. The same nonce under another key is another nonce.</param>
/// <param name="Nonce">The nonce, compared byte by byte.</param>
/// <param name="KeepUntil">How long it must be remembered: the signature's expiry and the skew.</param>
public readonly record struct NonceClaim(string KeyId, string Nonce, DateTimeOffset KeepUntil)
{
    private readonly string? _profile;

    /// <summary>The signing profile. The same nonce under another profile is another nonce.</summary>
    /// <value>The default is <c>safellm-v1</c>.</value>
    public string Profile
    {
        get => _profile ?? SigningProfile.Tag;
        init => _profile = value == SigningProfile.Tag ? null : value;
    }

    /// <summary>
    /// What a store keeps: the first 16 bytes of SHA-256 over profile, keyid and nonce, with a zero byte between them, read
    /// as a big-endian number. The same in every store, so that one can take over from another.
    /// </summary>
    public UInt128 Hash()
    {
        var length = Encoding.UTF8.GetMaxByteCount(Profile.Length + KeyId.Length + Nonce.Length) + 2;
        Span<byte> text = length <= 1024 ? stackalloc byte[length] : new byte[length];
        var at = Encoding.UTF8.GetBytes(Profile, text);
        text[at++] = 0;
        at += Encoding.UTF8.GetBytes(KeyId, text[at..]);
        text[at++] = 0;
        at += Encoding.UTF8.GetBytes(Nonce, text[at..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = Sha256.Hash(text[..at], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
