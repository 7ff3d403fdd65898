using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace SafeLlm.Formats;

/// <summary>
/// The last document that a skimmer read, and where in it values stand. The events of a stream are the same document with few
/// values changed: where the next one has the same bytes around its values, it need not be read letter by letter.
/// </summary>
internal sealed class SkimShape
{
    /// <summary>A document with more values that are looked at is read in full.</summary>
    public const int MostLooked = 8;

    /// <summary>No number of ours is longer, and no word.</summary>
    public const int MaxScalar = 64;

    private const int MostValues = 64;
    private const int MostBytes = 4096;

    // A line feed ends a line of server-sent events, wherever it stands.
    private static readonly SearchValues<byte> TextEnds = SearchValues.Create("\"\\\n\r"u8);

    private byte[] _bytes = [];
    private int _length;
    private bool _isSecond;

    // Made for the second document: most answers are one, and nothing follows it.
    private List? _kept;
    private List? _next;
    private bool _isRecording;

    /// <param name="Start">The first byte; inside the quotes of a string.</param>
    /// <param name="End">The byte behind the last.</param>
    /// <param name="IsText">Whether it is a string.</param>
    /// <param name="Field">What it means; of values that mean nothing only the length can differ.</param>
    public readonly record struct Value(int Start, int End, bool IsText, Skim Field);

    /// <param name="Start">The first byte.</param>
    /// <param name="Length">How many there are.</param>
    /// <param name="Field">What they mean.</param>
    /// <param name="IsText">Whether they are a string's.</param>
    /// <param name="IsEscaped">Whether a backslash is among them.</param>
    public readonly record struct Place(int Start, int Length, Skim Field, bool IsText, bool IsEscaped);

    /// <summary>The values of a document, and those among them at which the next document may differ: all that are looked at, and what did differ before.</summary>
    private sealed class List
    {
        public readonly Value[] Values = new Value[MostValues];
        public readonly int[] Looked = new int[MostLooked];
        public readonly int[] Stops = new int[MostValues];
        public readonly Place[] Places = new Place[MostLooked];
        public int Count;
        public int LookedCount;
        public int StopCount;
    }

    /// <summary>Whether there is a document to follow.</summary>
    public bool IsKept => _kept is not null;

    /// <summary>The values that are looked at, where they stand in the document that was matched.</summary>
    public ReadOnlySpan<Place> Places => _kept!.Places.AsSpan(0, _kept.LookedCount);

    /// <summary>Whether a byte can begin a number, <c>true</c>, <c>false</c> or <c>null</c>.</summary>
    public static bool BeginsScalar(byte first) => first is (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' or (>= (byte)'0' and <= (byte)'9');

    /// <summary>Another document is being read; the last is followed until that one is whole.</summary>
    public void Begin()
    {
        if (!_isSecond)
        {
            _isSecond = true;
            return;
        }

        _next ??= new();
        (_next.Count, _next.LookedCount) = (0, 0);
        _isRecording = true;
    }

    /// <summary>The document that is being read is none to follow.</summary>
    public void GiveUp() => _isRecording = false;

    /// <summary>
    /// Notes a value of the document that is being read. The model, the service tier and what is null are none: they are part of what must be the
    /// same, as reading them again changes nothing.
    /// </summary>
    public void Add(int start, int end, bool isText, Skim field)
    {
        if (!_isRecording) return;
        var next = _next!;
        if (next.Count == MostValues || (field != Skim.Nothing && next.LookedCount == MostLooked))
        {
            _isRecording = false;
            return;
        }

        if (field != Skim.Nothing) next.Looked[next.LookedCount++] = next.Count;
        next.Values[next.Count++] = new(start, end, isText, field);
    }

    /// <summary>The document is whole: the next may be like it. False where it is none to follow.</summary>
    public bool Keep(ReadOnlySpan<byte> document)
    {
        if (!_isRecording || document.Length > MostBytes || document[0] != '{') return false;
        if (_bytes.Length < document.Length) _bytes = new byte[document.Length];
        document.CopyTo(_bytes);
        _length = document.Length;
        (_kept, _next) = (_next, _kept);
        _kept!.StopCount = _kept.LookedCount;
        _kept.Looked.AsSpan(0, _kept.LookedCount).CopyTo(_kept.Stops);
        _isRecording = false;
        return true;
    }

    /// <summary>
    /// How many bytes a document has that is like the last, and notes where its values that are looked at stand; 0 where it is
    /// not like it, or not all of it is there.
    /// </summary>
    public int Match(ReadOnlySpan<byte> bytes)
    {
        if (_kept is not { } kept) return 0;
        var (own, at, stop, looked) = (0, 0, 0, 0);
        while (true)
        {
            var isLast = stop == kept.StopCount;
            var same = (isLast ? _length : kept.Values[kept.Stops[stop]].Start) - own;
            var rest = bytes[at..];
            if (rest.Length < same || !rest[..same].SequenceEqual(_bytes.AsSpan(own, same)))
            {
                if (!LearnStop(kept, stop, rest, own)) return 0;
                continue;
            }

            at += same;
            if (isLast) return at;
            ref readonly var found = ref kept.Values[kept.Stops[stop++]];
            var isEscaped = false;
            var length = found.IsText ? TextLength(bytes[at..], mayEscape: found.Field != Skim.Nothing, ref isEscaped) : ScalarLength(bytes[at..]);
            if (length < 0) return 0;
            if (found.Field != Skim.Nothing) kept.Places[looked++] = new(at, length, found.Field, found.IsText, isEscaped);
            own = found.End;
            at += length;
        }
    }

    /// <summary>Finds the value in which a document differs before the next stop, and makes a stop of it. False where it differs elsewhere.</summary>
    private bool LearnStop(List kept, int stop, ReadOnlySpan<byte> rest, int own)
    {
        var end = stop == kept.StopCount ? _length : kept.Values[kept.Stops[stop]].Start;
        var common = rest.CommonPrefixLength(_bytes.AsSpan(own, end - own));
        if (common == rest.Length) return false;
        var value = stop == 0 ? 0 : kept.Stops[stop - 1] + 1;
        while (value < kept.Count && kept.Values[value].End < own + common) value++;
        if (value == kept.Count || kept.Values[value].Start > own + common || kept.Values[value].Field != Skim.Nothing) return false;
        kept.Stops.AsSpan(stop, kept.StopCount - stop).CopyTo(kept.Stops.AsSpan(stop + 1));
        kept.Stops[stop] = value;
        kept.StopCount++;
        return true;
    }

    /// <summary>Bytes before the quote that ends a string; -1 where it is not there.</summary>
    private static int TextLength(ReadOnlySpan<byte> text, bool mayEscape, ref bool isEscaped)
    {
        var length = 0;
        while (true)
        {
            var end = TextEnd(text[length..]);
            if (end < 0) return -1;
            length += end;
            if (text[length] == '"') return length;
            // The escapes of what is passed over have to be read to be known as sound.
            if (!mayEscape || text[length] != '\\' || length + 2 > text.Length) return -1;
            // A line feed ends the line of the event behind a backslash too.
            if (text[length + 1] is (byte)'\n' or (byte)'\r') return -1;
            isEscaped = true;
            length += 2;
        }
    }

    // Most texts in a stream are a word: found in the first sixteen bytes without a call.
    private static int TextEnd(ReadOnlySpan<byte> text)
    {
        if (!Vector128.IsHardwareAccelerated || text.Length < Vector128<byte>.Count) return text.IndexOfAny(TextEnds);
        var first = Vector128.Create(text);
        var ends = Vector128.Equals(first, Vector128.Create((byte)'"')) | Vector128.Equals(first, Vector128.Create((byte)'\\'))
            | Vector128.Equals(first, Vector128.Create((byte)'\n')) | Vector128.Equals(first, Vector128.Create((byte)'\r'));
        if (ends != Vector128<byte>.Zero) return BitOperations.TrailingZeroCount(ends.ExtractMostSignificantBits());
        var end = text[Vector128<byte>.Count..].IndexOfAny(TextEnds);
        return end < 0 ? end : end + Vector128<byte>.Count;
    }

    private static int ScalarLength(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || !BeginsScalar(text[0])) return -1;
        for (var length = 1; length < text.Length && length <= MaxScalar; length++)
        {
            if (char.IsAsciiDigit((char)text[length])) continue;
            if (text[length] is (byte)',' or (byte)'}' or (byte)']' or (byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\t') return length;
        }

        return -1;
    }
}
