using System.Buffers;

namespace SafeLlm.Formats;

/// <summary>
/// Reads the few members of a JSON document that a <see cref="SkimNode"/> names, as the bytes pass: in constant memory, at
/// any split, however long the strings between. It passes over the rest and does not judge it; what cannot be JSON breaks it.
/// </summary>
/// <remarks>Utf8JsonReader needs each token whole, and a picture in an answer is a token of megabytes.</remarks>
internal sealed class JsonSkimmer
{
    private const int MaxDepth = 512;
    private const int MaxName = 64;
    private const int MaxScalar = 64;

    private static readonly SearchValues<byte> StringEnds = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",}] \r\n\t"u8);

    private readonly SkimNode _root;
    private readonly Tally _tally;
    private readonly byte[] _name = new byte[MaxName];
    private readonly byte[] _scalar = new byte[MaxScalar];
    private Level[] _levels = new Level[16];
    private int _depth;
    private int _nameLength;
    private int _scalarLength;
    private int _unicodeLeft;
    private int _unicode;
    private int _high;
    private bool _isName;
    private State _state;
    private SkimNode? _next;

    private enum State : byte
    {
        Value,
        ValueOrEnd,
        Name,
        NameOrEnd,
        Colon,
        AfterValue,
        String,
        Escape,
        Unicode,
        Scalar,
        Done,
        Broken,
    }

    public JsonSkimmer(SkimNode root, Tally tally)
    {
        _root = root;
        _tally = tally;
        _next = root;
    }

    /// <summary>Whether a whole document was read.</summary>
    public bool IsDone => _state == State.Done;

    /// <summary>Whether the bytes were no JSON.</summary>
    public bool IsBroken => _state == State.Broken;

    /// <summary>Whether nothing was read since the last document.</summary>
    public bool IsUntouched => _state == State.Value && _depth == 0;

    private readonly record struct Level(SkimNode? Node, bool IsObject);

    /// <summary>Makes ready for another document, whatever became of this one.</summary>
    public void Reset()
    {
        if (_state != State.Done) _tally.Discard();
        _state = State.Value;
        _depth = 0;
        _high = 0;
        _next = _root;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && _state != State.Broken)
        {
            var used = _state switch
            {
                State.String => InString(bytes),
                State.Escape => InEscape(bytes[0]),
                State.Unicode => InUnicode(bytes[0]),
                State.Scalar => InScalar(bytes),
                _ => Structure(bytes),
            };
            bytes = bytes[used..];
        }
    }

    private int Structure(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        for (; at < bytes.Length && _state is not (State.String or State.Scalar or State.Broken); at++)
        {
            var b = bytes[at];
            if (b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') continue;
            switch (_state)
            {
                case State.Value:
                    BeginValue(b);
                    break;
                case State.ValueOrEnd:
                    if (b == ']') Close(isObject: false);
                    else BeginValue(b);
                    break;
                case State.NameOrEnd when b == '}':
                    Close(isObject: true);
                    break;
                case State.Name or State.NameOrEnd:
                    if (b == '"') BeginName();
                    else _state = State.Broken;
                    break;
                case State.Colon:
                    _state = b == ':' ? State.Value : State.Broken;
                    break;
                case State.AfterValue:
                    if (b == ',') NextMember();
                    else if (b == '}') Close(isObject: true);
                    else if (b == ']') Close(isObject: false);
                    else _state = State.Broken;
                    break;
                default:
                    // Another document after the last.
                    Reset();
                    BeginValue(b);
                    break;
            }
        }

        return at;
    }

    private void BeginName()
    {
        _isName = true;
        _nameLength = 0;
        _state = State.String;
    }

    private void BeginValue(byte first)
    {
        switch (first)
        {
            case (byte)'{':
                Open(isObject: true);
                break;
            case (byte)'[':
                Open(isObject: false);
                break;
            case (byte)'"':
                _isName = false;
                _state = State.String;
                break;
            default:
                _scalar[0] = first;
                _scalarLength = 1;
                _state = first is (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' or (>= (byte)'0' and <= (byte)'9') ? State.Scalar : State.Broken;
                break;
        }
    }

    private void Open(bool isObject)
    {
        if (_depth == MaxDepth)
        {
            _state = State.Broken;
            return;
        }

        if (_depth == _levels.Length) Array.Resize(ref _levels, _levels.Length * 2);
        if (_next is { Field: not Skim.Nothing } found) _tally.Structure(found.Field);
        _levels[_depth++] = new(_next, isObject);
        _next = isObject ? null : _next?.Item;
        _state = isObject ? State.NameOrEnd : State.ValueOrEnd;
    }

    private void Close(bool isObject)
    {
        if (_depth == 0 || _levels[_depth - 1].IsObject != isObject)
        {
            _state = State.Broken;
            return;
        }

        _depth--;
        EndValue();
    }

    private void NextMember()
    {
        if (_depth == 0)
        {
            _state = State.Broken;
            return;
        }

        var level = _levels[_depth - 1];
        _next = level.IsObject ? null : level.Node?.Item;
        _state = level.IsObject ? State.Name : State.Value;
    }

    private void EndValue()
    {
        _state = State.AfterValue;
        // In a document that is an array of documents, each counts once it is whole.
        if (_depth == 0 || (_depth == 1 && !_levels[0].IsObject && _root.Item == _root)) _tally.Commit();
        if (_depth == 0) _state = State.Done;
    }

    private int InString(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny(StringEnds);
        Take(end < 0 ? bytes : bytes[..end]);
        if (end < 0) return bytes.Length;
        if (bytes[end] == '\\') _state = State.Escape;
        else EndString();
        return end + 1;
    }

    private void EndString()
    {
        FlushHigh();
        if (_isName)
        {
            _next = _nameLength <= MaxName ? _levels[_depth - 1].Node?.Member(_name.AsSpan(0, _nameLength)) : null;
            _state = State.Colon;
            return;
        }

        if (_next is { Field: not Skim.Nothing } found) _tally.TextEnd(found.Field);
        EndValue();
    }

    private void Take(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return;
        FlushHigh();
        if (!_isName)
        {
            if (_next is { Field: not Skim.Nothing } found) _tally.Text(found.Field, text);
            return;
        }

        if (_nameLength + text.Length <= MaxName) text.CopyTo(_name.AsSpan(_nameLength));
        // One more than the longest says "too long" for good.
        _nameLength = Math.Min(_nameLength + text.Length, MaxName + 1);
    }

    private int InEscape(byte kind)
    {
        if (kind == 'u')
        {
            _unicode = 0;
            _unicodeLeft = 4;
            _state = State.Unicode;
            return 1;
        }

        _state = State.String;
        Take([JsonText.Simple(kind)]);
        return 1;
    }

    private int InUnicode(byte digit)
    {
        var value = Convert.ToChar(digit) switch
        {
            >= '0' and <= '9' => digit - '0',
            >= 'a' and <= 'f' => digit - 'a' + 10,
            >= 'A' and <= 'F' => digit - 'A' + 10,
            _ => -1,
        };
        if (value < 0)
        {
            _state = State.Broken;
            return 1;
        }

        _unicode = (_unicode << 4) | value;
        if (--_unicodeLeft > 0) return 1;
        _state = State.String;
        var unit = (char)_unicode;
        if (char.IsHighSurrogate(unit))
        {
            FlushHigh();
            _high = unit;
            return 1;
        }

        var rune = char.IsLowSurrogate(unit)
            ? _high != 0 ? new System.Text.Rune((char)_high, unit) : System.Text.Rune.ReplacementChar
            : new System.Text.Rune(unit);
        if (char.IsLowSurrogate(unit)) _high = 0;
        Span<byte> utf8 = stackalloc byte[4];
        Take(utf8[..rune.EncodeToUtf8(utf8)]);
        return 1;
    }

    /// <summary>The first half of a pair whose second half never came.</summary>
    private void FlushHigh()
    {
        if (_high == 0) return;
        _high = 0;
        Take("\uFFFD"u8);
    }

    private int InScalar(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny(ScalarEnds);
        var more = end < 0 ? bytes : bytes[..end];
        if (_scalarLength + more.Length > MaxScalar)
        {
            _state = State.Broken;
            return more.Length;
        }

        more.CopyTo(_scalar.AsSpan(_scalarLength));
        _scalarLength += more.Length;
        if (end < 0) return bytes.Length;
        if (_next is { Field: not Skim.Nothing } found) _tally.Scalar(found.Field, _scalar.AsSpan(0, _scalarLength));
        EndValue();
        return end;
    }
}
