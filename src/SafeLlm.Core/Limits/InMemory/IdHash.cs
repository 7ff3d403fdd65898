using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SafeLlm.Limits.InMemory;

/// <summary>
/// 128 bits that stand for an operation id. Seeded a process, so that nobody can look for two ids that fall together; wide
/// enough that closed ids are remembered by it alone.
/// </summary>
internal readonly record struct IdHash(ulong High, ulong Low)
{
    private const int Block = 16;

    // String hashes are seeded a process by the runtime: the one source of chance that needs no parameter here.
    private static readonly ulong Seed = (uint)"safellm".GetHashCode(StringComparison.Ordinal) * 0x9E3779B97F4A7C15;

    public static IdHash Of(string id)
    {
        var bytes = MemoryMarshal.AsBytes(id.AsSpan());
        if (bytes.Length < Block)
        {
            Span<byte> padded = stackalloc byte[Block];
            padded.Clear();
            bytes.CopyTo(padded);
            return Of(padded, bytes.Length);
        }

        return Of(bytes, bytes.Length);
    }

    // The last block may overlap the one before. The length is part of the seed, so no two ids are read alike.
    private static IdHash Of(ReadOnlySpan<byte> bytes, int length)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        var (high, low) = (Seed ^ (ulong)length, ~Seed);
        var last = bytes.Length - Block;
        for (var at = 0; at < last; at += Block)
        {
            Mix(ref high, ref low, ref Unsafe.Add(ref start, at));
        }

        Mix(ref high, ref low, ref Unsafe.Add(ref start, last));
        return new IdHash(high, low);
    }

    // The block is wholly inside the text: the caller's loop ends before the last one, and that ends where the text does.
    private static void Mix(ref ulong high, ref ulong low, ref byte block)
    {
        var first = Unsafe.ReadUnaligned<ulong>(ref block);
        var second = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref block, sizeof(ulong)));
        (high, low) = (Fold(high ^ first, 0xA0761D6478BD642F ^ second) + low, Fold(low ^ second, 0xE7037ED1A0B428DB ^ first) ^ high);
    }

    private static ulong Fold(ulong left, ulong right)
    {
        // The two halves apart stay in registers; the other call hands the low one over in memory.
        if (Bmi2.X64.IsSupported)
        {
            return Bmi2.X64.MultiplyNoFlags(left, right) ^ (left * right);
        }

        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}
