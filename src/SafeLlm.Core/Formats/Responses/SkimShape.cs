using System.Buffers;

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
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",}] \r\n\t"u8);

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

    /// <summary>The values of a document.</summary>
    private sealed class List
    {
        public readonly Value[] Values = new Value[MostValues];
        public readonly int[] Looked = new int[MostLooked];
        public int Count;
        public int LookedCount;
    }

    /// <summary>How many values are looked at.</summary>
    public int LookedCount => _kept?.LookedCount ?? 0;

    /// <summary>A value that is looked at, by its number.</summary>
    public Value Looked(int number) => _kept!.Values[_kept.Looked[number]];

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
    /// Notes a value of the document that is being read. The model and what is null are none: they are part of what must be the
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
        _isRecording = false;
        return true;
    }

    /// <summary>
    /// How many bytes a document has that is like the last, and where its values that are looked at stand; 0 where it is not
    /// like it, or not all of it is there.
    /// </summary>
    public int Match(ReadOnlySpan<byte> bytes, Span<ValuePlace> places)
    {
        if (_length == 0 || _kept is null) return 0;
        var values = _kept.Values.AsSpan(0, _kept.Count);
        var (own, at, value, looked) = (0, 0, 0, 0);
        while (true)
        {
            var isLast = looked == _kept.LookedCount;
            var stop = isLast ? _length : values[_kept.Looked[looked]].Start;
            var same = bytes[at..].CommonPrefixLength(_bytes.AsSpan(own, stop - own));
            own += same;
            at += same;
            if (own == stop && isLast) return at;
            if (own == stop)
            {
                value = _kept.Looked[looked];
            }
            else
            {
                // They differ, which only a value may.
                while (value < values.Length && values[value].End < own) value++;
                if (value == values.Length || values[value].Start > own || values[value].Field != Skim.Nothing) return 0;
                at -= own - values[value].Start;
            }

            ref readonly var found = ref values[value++];
            var length = found.IsText ? TextLength(bytes[at..], mayEscape: found.Field != Skim.Nothing) : ScalarLength(bytes[at..]);
            if (length < 0) return 0;
            if (found.Field != Skim.Nothing) places[looked++] = new(at, length);
            own = found.End;
            at += length;
        }
    }

    /// <summary>Bytes before the quote that ends a string; -1 where it is not there.</summary>
    private static int TextLength(ReadOnlySpan<byte> text, bool mayEscape)
    {
        var length = 0;
        while (true)
        {
            var end = text[length..].IndexOfAny(TextEnds);
            if (end < 0) return -1;
            length += end;
            if (text[length] == '"') return length;
            // The escapes of what is passed over have to be read to be known as sound.
            if (!mayEscape || text[length] != '\\' || length + 2 > text.Length) return -1;
            // A line feed ends the line of the event behind a backslash too.
            if (text[length + 1] is (byte)'\n' or (byte)'\r') return -1;
            length += 2;
        }
    }

    private static int ScalarLength(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || !BeginsScalar(text[0])) return -1;
        var length = text.IndexOfAny(ScalarEnds);
        return length > MaxScalar ? -1 : length;
    }
}
