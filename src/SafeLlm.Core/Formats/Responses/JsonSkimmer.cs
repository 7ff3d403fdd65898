using System.Buffers;

namespace SafeLlm.Formats;

/// <summary>
/// Reads the few members of a JSON document that a <see cref="SkimNode"/> names, as the bytes pass: in constant memory, at
/// any split, however long the strings between. It passes over the rest and does not judge it; what cannot be JSON breaks it.
/// </summary>
/// <remarks>Utf8JsonReader needs each token whole; a picture in an answer is a token of megabytes.</remarks>
internal sealed class JsonSkimmer
{
    private const int MaxDepth = 512;
    private static readonly SearchValues<byte> StringEnds = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",}] \r\n\t"u8);

    private readonly SkimNode _root;
    private readonly Tally _tally;
    private readonly SkimSpace _space;
    private readonly SkimShape _shape = new();
    private int _depth;
    private int _nameLength;
    private int _scalarLength;
    private UnicodeEscape _escape;
    private int _keptNames;
    private int _at;
    private int _valueStart;
    private bool _isName;
    private State _state;
    private Skim _field;
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

    /// <param name="root">The members to look for.</param>
    /// <param name="tally">What is told of them.</param>
    /// <param name="space">Where to; of one's own unless given.</param>
    public JsonSkimmer(SkimNode root, Tally tally, SkimSpace? space = null)
    {
        _space = space ?? new SkimSpace();
        _root = root;
        _tally = tally;
        _next = root;
    }

    /// <summary>Whether a whole document was read.</summary>
    public bool IsDone => _state == State.Done;

    /// <summary>Whether the bytes were no JSON.</summary>
    public bool IsBroken => _state == State.Broken;

    /// <summary>Whether there is a document that the next may be like.</summary>
    public bool HasShape => _shape.IsKept && _keptNames == _tally.NameChanges;

    /// <summary>Whether nothing was read since the last document.</summary>
    public bool IsUntouched => _state == State.Value && _depth == 0;

    internal readonly record struct Level(SkimNode? Node, bool IsObject);

    /// <summary>Makes ready for another document, whatever became of this one.</summary>
    public void Reset()
    {
        if (_state != State.Done) _tally.Discard();
        _state = State.Value;
        _depth = 0;
        _escape = default;
        _next = _root;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var document = default(ReadOnlySpan<byte>);
        var isWithin = false;
        while (!bytes.IsEmpty && _state != State.Broken)
        {
            if (_state == State.Done || IsUntouched)
            {
                if (bytes[0] <= ' ') bytes = bytes.TrimStart(" \n\r\t"u8);
                if (bytes.IsEmpty) return;
                if (_state == State.Done) Reset();
                if (Follow(ref bytes)) continue;
                document = bytes;
                isWithin = true;
                _at = 0;
                _shape.Begin();
            }

            var used = Step(bytes);
            bytes = bytes[used..];
            _at += used;
            if (isWithin && _state == State.Done && _shape.Keep(document[.._at])) _keptNames = _tally.NameChanges;
        }

        // A document of which the beginning or the end is elsewhere is none to follow.
        if (_state != State.Done) _shape.GiveUp();
    }

    /// <summary>
    /// Reads a whole event at once where its document is like the last one. Returns its length with the blank line that ends it;
    /// 0, and nothing is done, where it is not like it.
    /// </summary>
    public int FollowEvent(ReadOnlySpan<byte> bytes)
    {
        if (!IsUntouched || !HasShape || _shape.Match(bytes) is not (> 0 and var length)) return 0;
        var rest = bytes[length..];
        var end = rest.StartsWith("\n\n"u8) ? 2 : rest.StartsWith("\r\n\r\n"u8) ? 4 : 0;
        if (end == 0) return 0;
        TakeLooked(bytes);
        return length + end;
    }

    /// <summary>Reads a whole document that is like the last one; false, and nothing done, where it is not.</summary>
    private bool Follow(ref ReadOnlySpan<byte> bytes)
    {
        if (!HasShape || _shape.Match(bytes) is not (> 0 and var length)) return false;
        TakeLooked(bytes);
        bytes = bytes[length..];
        return true;
    }

    private void TakeLooked(ReadOnlySpan<byte> bytes)
    {
        foreach (ref readonly var place in _shape.Places)
        {
            var value = bytes.Slice(place.Start, place.Length);
            if (!place.IsText) _tally.Scalar(place.Field, value);
            else if (place.IsEscaped) TakeEscaped(place.Field, value);
            else TakeText(place.Field, value);
            if (_state == State.Broken) return;
        }

        _tally.Commit();
        _state = State.Done;
    }

    private void TakeText(Skim field, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty) _tally.Text(field, text);
        _tally.TextEnd(field);
    }

    private void TakeEscaped(Skim field, ReadOnlySpan<byte> text)
    {
        (_state, _isName, _field) = (State.String, false, field);
        while (!text.IsEmpty && _state != State.Broken) text = text[Step(text)..];
        if (_state != State.String)
        {
            _state = State.Broken;
            return;
        }

        FlushHigh();
        _tally.TextEnd(field);
    }

    private int Step(ReadOnlySpan<byte> bytes) => _state switch
    {
        State.String => InString(bytes),
        State.Escape => InEscape(bytes[0]),
        State.Unicode => InUnicode(bytes[0]),
        State.Scalar => InScalar(bytes),
        _ => Structure(bytes),
    };

    private int Structure(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        for (; at < bytes.Length && _state is not (State.String or State.Scalar or State.Broken or State.Done); at++)
        {
            var b = bytes[at];
            if (b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') continue;
            switch (_state)
            {
                case State.Value:
                    BeginValue(b, at);
                    break;
                case State.ValueOrEnd:
                    if (b == ']') Close(isObject: false);
                    else BeginValue(b, at);
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
                default:
                    if (b == ',') NextMember();
                    else if (b == '}') Close(isObject: true);
                    else if (b == ']') Close(isObject: false);
                    else _state = State.Broken;
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

    private void BeginValue(byte first, int at)
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
                (_isName, _field, _valueStart) = (false, _next?.Field ?? Skim.Nothing, _at + at + 1);
                _state = State.String;
                break;
            default:
                (_space.Scalar[0], _scalarLength, _valueStart) = (first, 1, _at + at);
                _state = SkimShape.BeginsScalar(first) ? State.Scalar : State.Broken;
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

        if (_depth == _space.Levels.Length) _space.Levels = [.. _space.Levels, .. new Level[_depth]];
        if (_next is { Field: not Skim.Nothing } found)
        {
            _tally.Structure(found.Field);
            if (found.Field is Skim.Error or Skim.End or Skim.Choice or Skim.Count) _shape.GiveUp();
        }

        _space.Levels[_depth++] = new(_next, isObject);
        _next = isObject ? null : _next?.Item;
        _state = isObject ? State.NameOrEnd : State.ValueOrEnd;
    }

    private void Close(bool isObject)
    {
        if (_depth == 0 || _space.Levels[_depth - 1].IsObject != isObject)
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

        var level = _space.Levels[_depth - 1];
        _next = level.IsObject ? null : level.Node?.Item;
        _state = level.IsObject ? State.Name : State.Value;
    }

    private void EndValue()
    {
        _state = State.AfterValue;
        // In a document that is an array of documents, each counts once it is whole.
        if (_depth == 0 || (_depth == 1 && !_space.Levels[0].IsObject && _root.Item == _root)) _tally.Commit();
        if (_depth == 0) _state = State.Done;
    }

    private int InString(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny(StringEnds);
        Take(end < 0 ? bytes : bytes[..end]);
        if (end < 0) return bytes.Length;
        if (bytes[end] == '\\') _state = State.Escape;
        else EndString(_at + end);
        return end + 1;
    }

    private void EndString(int end)
    {
        FlushHigh();
        if (_isName)
        {
            _next = _nameLength <= SkimSpace.MaxName ? _space.Levels[_depth - 1].Node?.Member(_space.Name.AsSpan(0, _nameLength)) : null;
            _state = State.Colon;
            return;
        }

        if (_field != Skim.Nothing) _tally.TextEnd(_field);
        if (_field is not (Skim.Model or Skim.ServiceTier or Skim.Id)) _shape.Add(_valueStart, end, isText: true, _field);
        EndValue();
    }

    private void Take(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return;
        FlushHigh();
        if (!_isName)
        {
            if (_field != Skim.Nothing) _tally.Text(_field, text);
            return;
        }

        if (_nameLength + text.Length <= SkimSpace.MaxName) text.CopyTo(_space.Name.AsSpan(_nameLength));
        // One more than the longest says "too long" for good.
        _nameLength = Math.Min(_nameLength + text.Length, SkimSpace.MaxName + 1);
    }

    private int InEscape(byte kind)
    {
        if (kind == 'u')
        {
            _escape.Begin();
            _state = State.Unicode;
            return 1;
        }

        _state = State.String;
        Take([JsonText.Simple(kind)]);
        return 1;
    }

    private int InUnicode(byte digit)
    {
        if (!_escape.TryTake(digit))
        {
            _state = State.Broken;
            return 1;
        }

        if (!_escape.IsWhole) return 1;
        _state = State.String;
        if (_escape.IsHigh) FlushHigh();
        if (_escape.Take() is not { } rune) return 1;
        Span<byte> utf8 = stackalloc byte[4];
        Take(utf8[..rune.EncodeToUtf8(utf8)]);
        return 1;
    }

    /// <summary>The first half of a pair whose second half never came.</summary>
    private void FlushHigh()
    {
        if (_escape.DropHigh()) Take("\uFFFD"u8);
    }

    private int InScalar(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny(ScalarEnds);
        var more = end < 0 ? bytes : bytes[..end];
        if (_scalarLength + more.Length > SkimShape.MaxScalar)
        {
            _state = State.Broken;
            return more.Length;
        }

        more.CopyTo(_space.Scalar.AsSpan(_scalarLength));
        _scalarLength += more.Length;
        if (end < 0) return bytes.Length;
        var field = _next?.Field ?? Skim.Nothing;
        if (field != Skim.Nothing) _tally.Scalar(field, _space.Scalar.AsSpan(0, _scalarLength));
        if (field == Skim.Nothing || _space.Scalar[0] != 'n') _shape.Add(_valueStart, _at + end, isText: false, field);
        EndValue();
        return end;
    }
}
