using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SafeLlm.Tokens;

/// <summary>
/// The counts of pieces met before, by their bytes: ordinary text repeats its words. A fixed number of entries, each with
/// its whole piece, so a hostile text can only miss; and a piece displaces another only when it comes a second time soon, so
/// that a text which never repeats itself leaves the words of the others in place. Not thread-safe.
/// </summary>
internal sealed class PieceCache
{
    /// <summary>The longest piece that is kept.</summary>
    public const int LongestPiece = 24;

    private const int Bits = 13;
    private const int RecentBits = 12;

    private readonly Entry[] entries = new Entry[1 << Bits];

    // a byte of the hash of the last piece that was missed at each place
    private readonly byte[] recent = new byte[1 << RecentBits];

    private int unkept;

    /// <summary>The entry for a piece of the text, whether it holds it or another one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the piece starts.</param>
    /// <param name="length">From 1 to <see cref="LongestPiece"/>.</param>
    /// <param name="isHit">Whether the entry holds this piece; else the caller fills in the count, which may be kept.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref int Find(ReadOnlySpan<byte> text, int start, int length, out bool isHit)
    {
        ref var first = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), start);
        ulong low, middle = 0, high = 0;
        if (length >= 8)
        {
            low = Unsafe.ReadUnaligned<ulong>(ref first);
            high = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, length - 8));
            if (length > 16)
            {
                middle = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, 8));
            }
        }
        else if (text.Length - start >= 8)
        {
            low = Unsafe.ReadUnaligned<ulong>(ref first) & ((1UL << (length * 8)) - 1);
        }
        else
        {
            low = 0;
            for (var index = length - 1; index >= 0; index--)
            {
                low = (low << 8) | Unsafe.Add(ref first, index);
            }
        }

        var hash = (low ^ ((ulong)length << 58)) * 0x9E3779B97F4A7C15;
        hash = ((hash ^ (hash >> 32)) + high + (middle * 0xD6E8FEB86659FD93)) * 0xC2B2AE3D27D4EB4F;
        ref var entry = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(entries), (nint)(hash >> (64 - Bits)));
        isHit = entry.Low == low && entry.High == high && entry.Middle == middle && entry.Length == length;
        if (!isHit)
        {
            ref var last = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(recent), (nint)((uint)hash >> (32 - RecentBits)));
            var tag = (byte)hash;
            if (last != tag)
            {
                last = tag;
                return ref unkept;
            }

            entry.Low = low;
            entry.Middle = middle;
            entry.High = high;
            entry.Length = length;
        }

        return ref entry.Count;
    }

    private struct Entry
    {
        public ulong Low;
        public ulong Middle;
        public ulong High;
        public int Length;
        public int Count;
    }
}
