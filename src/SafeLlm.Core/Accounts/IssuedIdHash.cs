using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SafeLlm.Accounts;

/// <summary>What a store of issued ids keeps in place of a name.</summary>
public static class IssuedIdHash
{
    /// <summary>The first 16 bytes of SHA-256 over the UTF-8 of an id or a tenant's name, as a big-endian number: the same in every store.</summary>
    public static UInt128 Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var most = Encoding.UTF8.GetMaxByteCount(name.Length);
        Span<byte> text = most <= 1024 ? stackalloc byte[most] : new byte[most];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(text[..Encoding.UTF8.GetBytes(name, text)], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
