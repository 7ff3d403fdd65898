using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SafeLlm.AspNetCore;

/// <summary>What stands in a state file: magic, whether the process stopped in order, up to when it refused what it could not tell, the mark, a MAC over all of it, then the nonces.</summary>
/// <param name="IsStopped">Whether nonces follow.</param>
/// <param name="Mark">Seconds since 1970: nothing above was accepted.</param>
/// <param name="Until">Seconds since 1970 up to which the process refused: what was before it is in no list of nonces; 0 where it refused nothing.</param>
internal readonly record struct RestartRecord(bool IsStopped, long Mark, uint Until)
{
    private const int MacStart = 24;
    private const int HeadLength = MacStart + HMACSHA256.HashSizeInBytes;

    public static RestartRecord Running(long mark) => new(false, mark, 0);

    public static RestartRecord Stopped(long mark, uint until) => new(true, mark, until);

    public static bool TryRead(ReadOnlySpan<byte> bytes, byte[] key, out RestartRecord record, out ReadOnlySpan<byte> saved)
    {
        record = default;
        saved = default;
        if (bytes.Length < HeadLength || !bytes.StartsWith("SLSTATE1"u8)) return false;
        if (!CryptographicOperations.FixedTimeEquals(bytes[MacStart..HeadLength], Mac(bytes, key))) return false;
        record = new RestartRecord(bytes[8] == 1, BinaryPrimitives.ReadInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]));
        saved = bytes[HeadLength..];
        return true;
    }

    public byte[] ToBytes(ReadOnlySpan<byte> saved, byte[] key)
    {
        var bytes = new byte[HeadLength + saved.Length];
        "SLSTATE1"u8.CopyTo(bytes);
        bytes[8] = IsStopped ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), Until);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), Mark);
        saved.CopyTo(bytes.AsSpan(HeadLength));
        Mac(bytes, key).CopyTo(bytes, MacStart);
        return bytes;
    }

    private static byte[] Mac(ReadOnlySpan<byte> bytes, byte[] key)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(bytes[..MacStart]);
        mac.AppendData(bytes[HeadLength..]);
        return mac.GetHashAndReset();
    }
}
