using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SafeLlm.Limits.InMemory;

/// <summary>
/// 128 bits that stand for an operation id. Seeded a process, so that nobody can look for two ids that fall together; wide
/// enough that closed ids are remembered by it alone.
/// </summary>
internal readonly record struct IdHash(ulong High, ulong Low)
{
    // String hashes are seeded a process by the runtime: the one source of chance that needs no parameter here.
    private static readonly ulong Seed = (uint)"safellm".GetHashCode(StringComparison.Ordinal) * 0x9E3779B97F4A7C15;

    public static IdHash Of(string id)
    {
        var bytes = MemoryMarshal.AsBytes(id.AsSpan());
        var (high, low) = (Seed, ~Seed);
        for (; bytes.Length >= 16; bytes = bytes[16..])
        {
            (high, low) = Mix(high, low, BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
        }

        Span<byte> rest = stackalloc byte[16];
        rest.Clear();
        bytes.CopyTo(rest);
        (high, low) = Mix(high, low, BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
        (high, low) = Mix(high, low, (ulong)id.Length, 0xD6E8FEB86659FD93);
        return new IdHash(high, low);
    }

    private static (ulong High, ulong Low) Mix(ulong high, ulong low, ulong first, ulong second) =>
        (Fold(high ^ first, 0xA0761D6478BD642F ^ second) + low, Fold(low ^ second, 0xE7037ED1A0B428DB ^ first) ^ high);

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}
