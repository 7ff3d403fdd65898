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

    private TextBlock(ulong joined, ulong tokens, ulong stops, ulong begins, ulong goesOn, int length)
    {
        this.joined = joined;
        var within = length == Size ? ulong.MaxValue : (1ul << length) - 1;
        Tokens = tokens & within;
        Stops = stops & within;
        Begins = begins & Tokens;
        GoesOn = goesOn & Tokens;
        Length = length;
    }

    /// <summary>Where a word or a number begins.</summary>
    public ulong Tokens { get; }

    /// <summary>Those of <see cref="Tokens"/> with which a phrase may begin: numbers, and words that begin as one of its first words does.</summary>
    public ulong Begins { get; }

    /// <summary>Those of <see cref="Tokens"/> with which a phrase may begin or go on.</summary>
    public ulong GoesOn { get; }

    /// <summary>Where a sentence ends: at a full stop and its like before white space, a quotation mark or the text's end.</summary>
    public ulong Stops { get; }

    /// <summary>How many bytes it tells of; 0 where one word is longer than a block.</summary>
    public int Length { get; }

    /// <summary>The length of the word that begins at a place; 0 where a number does.</summary>
    public int WordLength(int place) => BitOperations.TrailingZeroCount(~(joined >> place));

    /// <summary>Looks at the text's first bytes.</summary>
    public static TextBlock Of(scoped ReadOnlySpan<byte> text, PhraseWords words)
    {
        // Each byte is looked at together with the next ones.
        if (text.Length >= Size + WordStarts.Length - 1) return Of(ref MemoryMarshal.GetReference(text), text.Length, words);

        // What stands behind the end is no part of a word, and ends a sentence.
        Span<byte> padded = stackalloc byte[Size + WordStarts.Length - 1];
        padded.Fill((byte)'"');
        text.CopyTo(padded);
        return Of(ref MemoryMarshal.GetReference(padded), Math.Min(text.Length, Size), words);
    }

    private static TextBlock Of(ref byte bytes, int length, PhraseWords words)
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
        var (first, second, third) = (WordStarts.Letters(low), WordStarts.Letters(Vector256.LoadUnsafe(ref bytes, 1)), WordStarts.Letters(Vector256.LoadUnsafe(ref bytes, 2)));
        var begins = digits | words.Beginning.Find(first, second, third);
        var goesOn = digits | words.Any.Find(first, second, third);
        const int half = Size / 2;
        (first, second, third) = (WordStarts.Letters(high), WordStarts.Letters(Vector256.LoadUnsafe(ref bytes, half + 1)), WordStarts.Letters(Vector256.LoadUnsafe(ref bytes, half + 2)));
        begins |= (ulong)words.Beginning.Find(first, second, third) << half;
        goesOn |= (ulong)words.Any.Find(first, second, third) << half;
        if (length < Size) return new TextBlock(joined, tokens, stops, begins, goesOn, length);

        // The last byte's neighbour is not known: it is left to the next block, with the whole word that it may belong to.
        var unfinished = BitOperations.LeadingZeroCount(~(letters | apostrophes));
        return new TextBlock(joined, tokens, stops, begins, goesOn, Size - Math.Max(1, unfinished));
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
