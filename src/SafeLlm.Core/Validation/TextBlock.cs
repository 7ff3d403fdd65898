using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SafeLlm.Validation;

/// <summary>
/// 64 bytes of a text at a glance: a bit each for where words and numbers begin and where sentences end. It ends between
/// words, so that none is seen in two parts.
/// </summary>
internal readonly struct TextBlock
{
    public const int Size = 64;

    /// <summary>Letters, and the apostrophes between two of them.</summary>
    private readonly ulong joined;

    private TextBlock(ulong joined, ulong tokens, ulong stops, int length)
    {
        this.joined = joined;
        var within = length == Size ? ulong.MaxValue : (1ul << length) - 1;
        Tokens = tokens & within;
        Stops = stops & within;
        Length = length;
    }

    /// <summary>Where a word or a number begins.</summary>
    public ulong Tokens { get; }

    /// <summary>Where a sentence ends: at a full stop and its like before white space, a quotation mark or the text's end.</summary>
    public ulong Stops { get; }

    /// <summary>How many bytes it tells of; 0 where one word is longer than a block.</summary>
    public int Length { get; }

    /// <summary>The length of the word that begins at a place; 0 where a number does.</summary>
    public int WordLength(int place) => BitOperations.TrailingZeroCount(~(joined >> place));

    /// <summary>Looks at the text's first bytes.</summary>
    public static TextBlock Of(scoped ReadOnlySpan<byte> text)
    {
        if (text.Length >= Size) return Of(ref MemoryMarshal.GetReference(text), text.Length);

        // What stands behind the end is no part of a word, and ends a sentence.
        Span<byte> padded = stackalloc byte[Size];
        padded.Fill((byte)'"');
        text.CopyTo(padded);
        return Of(ref MemoryMarshal.GetReference(padded), text.Length);
    }

    private static TextBlock Of(ref byte bytes, int length)
    {
        var low = Vector256.LoadUnsafe(ref bytes);
        var high = Vector256.LoadUnsafe(ref bytes, (nuint)Vector256<byte>.Count);
        var letters = Bits(Letters(low), Letters(high));
        var apostrophes = Bits(Vector256.Equals(low, Vector256.Create((byte)'\'')), Vector256.Equals(high, Vector256.Create((byte)'\'')));
        var digits = Bits(Digits(low), Digits(high));
        var stops = Bits(Ends(low), Ends(high));
        if (stops != 0) stops &= Bits(Behind(low), Behind(high)) >> 1;

        var joined = letters | (apostrophes & (letters << 1) & (letters >> 1));
        var tokens = (joined & ~(joined << 1)) | (digits & ~(digits << 1));
        if (length < Size) return new TextBlock(joined, tokens, stops, length);

        // The last byte's neighbour is not known: it is left to the next block, with the whole word that it may belong to.
        var unfinished = BitOperations.LeadingZeroCount(~(letters | apostrophes));
        return new TextBlock(joined, tokens, stops, Size - Math.Max(1, unfinished));
    }

    private static ulong Bits(Vector256<byte> low, Vector256<byte> high) => low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);

    private static Vector256<byte> Letters(Vector256<byte> bytes) =>
        Vector256.LessThan((bytes | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'), Vector256.Create((byte)26));

    private static Vector256<byte> Digits(Vector256<byte> bytes) => Vector256.LessThan(bytes - Vector256.Create((byte)'0'), Vector256.Create((byte)10));

    private static Vector256<byte> Ends(Vector256<byte> bytes) =>
        Vector256.Equals(bytes, Vector256.Create((byte)'.')) | Vector256.Equals(bytes, Vector256.Create((byte)'!'))
        | Vector256.Equals(bytes, Vector256.Create((byte)'?')) | Vector256.Equals(bytes, Vector256.Create((byte)'\n'));

    private static Vector256<byte> Behind(Vector256<byte> bytes) =>
        Vector256.Equals(bytes, Vector256.Create((byte)' ')) | Vector256.Equals(bytes, Vector256.Create((byte)'\n'))
        | Vector256.Equals(bytes, Vector256.Create((byte)'\r')) | Vector256.Equals(bytes, Vector256.Create((byte)'"'));
}
