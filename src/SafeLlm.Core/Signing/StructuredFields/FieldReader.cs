namespace SafeLlm.Signing.StructuredFields;

/// <summary>
/// Reads structured fields (RFC 9651 §4.2) in one pass, without allocating: dictionaries, lists, inner lists, parameters and every
/// type of bare item. Duplicate keys are the caller's to judge, because RFC 9421 §4.1 forbids what RFC 9651 lets the last one win.
/// </summary>
/// <remarks>
/// Grammar is followed to the letter, and stricter in one place: base64 must be padded and canonical. After an item or the
/// end of an inner list, the caller reads the parameters to their end before going on.
/// </remarks>
internal ref struct FieldReader
{
    private readonly ReadOnlySpan<char> _text;
    private bool _first = true;
    private bool _inInnerList;

    public FieldReader(ReadOnlySpan<char> text)
    {
        _text = text.Trim(' ');
        Offset = text.Length - text.TrimStart(' ').Length;
    }

    /// <summary>A reader of an inner list on its own, as if <see cref="NextMember"/> had come upon it.</summary>
    public static FieldReader AtInnerList(ReadOnlySpan<char> text)
    {
        var reader = new FieldReader(text);
        if (!reader.AtEnd && reader._text[0] == '(')
        {
            reader.At = 1;
            reader._inInnerList = true;
        }

        return reader;
    }

    /// <summary>Where the trimmed text starts in the text given; positions count from the latter.</summary>
    private int Offset { get; }

    private int At { get; set; }

    /// <summary>The position in the text that was given.</summary>
    public readonly int Position => Offset + At;

    /// <summary>Where the key that was read last ends in the text that was given.</summary>
    public int KeyEnd { get; private set; }

    public readonly bool AtEnd => At >= _text.Length;

    /// <summary>Whether everything read since this was last set stood in its canonical spelling.</summary>
    public bool Canonical { get; set; } = true;

    /// <summary>Reads a dictionary's next member: a key, and either an item or the start of an inner list.</summary>
    public FieldStep NextMember(out ReadOnlySpan<char> key, out bool isInnerList, out BareItem item)
    {
        key = default;
        item = default;
        isInnerList = false;
        var step = NextPlace();
        if (step != FieldStep.Next) return step;
        if (!TryReadKey(out key)) return FieldStep.Malformed;
        if (AtEnd || _text[At] != '=')
        {
            item = BareItem.True;
            return FieldStep.Next;
        }

        At++;
        return ReadValue(out isInnerList, out item);
    }

    /// <summary>Reads a list's next member: an item or the start of an inner list.</summary>
    public FieldStep NextListMember(out bool isInnerList, out BareItem item)
    {
        item = default;
        isInnerList = false;
        var step = NextPlace();
        return step == FieldStep.Next ? ReadValue(out isInnerList, out item) : step;
    }

    /// <summary>Reads the next item of the inner list that <see cref="NextMember"/> came upon.</summary>
    public FieldStep NextInnerItem(out BareItem item)
    {
        item = default;
        var start = At;
        while (!AtEnd && _text[At] == ' ') At++;
        if (AtEnd) return FieldStep.Malformed;
        var spaces = At - start;
        var opened = start > 0 && _text[start - 1] == '(';
        if (_text[At] == ')')
        {
            if (spaces != 0) Canonical = false;
            At++;
            _inInnerList = false;
            return FieldStep.End;
        }

        if (opened ? spaces != 0 : spaces != 1) Canonical = false;
        return TryReadBareItem(out item) && FollowedByItemEnd() ? FieldStep.Next : FieldStep.Malformed;
    }

    /// <summary>Reads the next parameter of the item or inner list that was just read.</summary>
    public FieldStep NextParameter(out ReadOnlySpan<char> key, out BareItem value)
    {
        key = default;
        value = default;
        if (AtEnd || _text[At] != ';') return FieldStep.End;
        At++;
        while (!AtEnd && _text[At] == ' ')
        {
            At++;
            Canonical = false;
        }

        if (!TryReadKey(out key)) return FieldStep.Malformed;
        if (AtEnd || _text[At] != '=')
        {
            value = BareItem.True;
        }
        else
        {
            At++;
            if (!TryReadBareItem(out value)) return FieldStep.Malformed;
            if (value is { Kind: BareItemKind.Boolean, Number: 1 }) Canonical = false;
        }

        return _inInnerList && !FollowedByItemEnd() ? FieldStep.Malformed : FieldStep.Next;
    }

    /// <summary>Reads a bare item of any type.</summary>
    public bool TryReadBareItem(out BareItem item)
    {
        item = default;
        if (AtEnd) return false;
        var c = _text[At];
        return c switch
        {
            '"' => TryReadString(out item),
            '-' or (>= '0' and <= '9') => TryReadNumber(out item),
            ':' => TryReadByteSequence(out item),
            '?' => TryReadBoolean(out item),
            '@' => TryReadDate(out item),
            '%' => TryReadDisplayString(out item),
            _ when FieldCharacters.StartsToken(c) => TryReadToken(out item),
            _ => false,
        };
    }

    /// <summary>Goes past the comma to where the next member of a dictionary or list starts.</summary>
    private FieldStep NextPlace()
    {
        if (AtEnd) return FieldStep.End;
        if (_first)
        {
            _first = false;
            return FieldStep.Next;
        }

        SkipOptionalWhiteSpace();
        if (AtEnd || _text[At] != ',') return FieldStep.Malformed;
        At++;
        SkipOptionalWhiteSpace();
        return AtEnd ? FieldStep.Malformed : FieldStep.Next;
    }

    private FieldStep ReadValue(out bool isInnerList, out BareItem item)
    {
        item = default;
        isInnerList = !AtEnd && _text[At] == '(';
        if (!isInnerList) return TryReadBareItem(out item) ? FieldStep.Next : FieldStep.Malformed;
        At++;
        _inInnerList = true;
        return FieldStep.Next;
    }

    private bool TryReadKey(out ReadOnlySpan<char> key)
    {
        key = default;
        if (AtEnd || !FieldCharacters.StartsKey(_text[At])) return false;
        key = TakeWhile(FieldCharacters.Key);
        KeyEnd = Position;
        return true;
    }

    private bool TryReadToken(out BareItem item)
    {
        item = new BareItem(BareItemKind.Token, TakeWhile(FieldCharacters.Token));
        return true;
    }

    private bool TryReadString(out BareItem item)
    {
        item = default;
        var start = ++At;
        while (true)
        {
            var plain = _text[At..].IndexOfAnyExcept(FieldCharacters.PlainString);
            if (plain < 0) return false;
            At += plain;
            if (_text[At] == '"')
            {
                item = new BareItem(BareItemKind.String, _text[start..At]);
                At++;
                return true;
            }

            if (_text[At] != '\\' || At + 1 >= _text.Length || _text[At + 1] is not ('"' or '\\')) return false;
            At += 2;
        }
    }

    private bool TryReadNumber(out BareItem item)
    {
        item = default;
        var negative = _text[At] == '-';
        if (negative) At++;
        var start = At;
        if (!TryReadDigits(15, out var whole)) return false;
        var digits = At - start;
        if (digits > 1 && _text[start] == '0') Canonical = false;
        if (AtEnd || _text[At] != '.')
        {
            if (negative && whole == 0) Canonical = false;
            item = new BareItem(BareItemKind.Integer, default, negative ? -whole : whole);
            return true;
        }

        At++;
        var point = At;
        if (digits > 12 || !TryReadDigits(3, out var fraction)) return false;
        var places = At - point;
        var thousandths = (whole * 1000) + (fraction * (places == 1 ? 100 : places == 2 ? 10 : 1));
        if ((places > 1 && _text[At - 1] == '0') || (negative && thousandths == 0)) Canonical = false;
        item = new BareItem(BareItemKind.Decimal, default, negative ? -thousandths : thousandths);
        return true;
    }

    private bool TryReadDigits(int atMost, out long value)
    {
        value = 0;
        var start = At;
        while (!AtEnd && char.IsAsciiDigit(_text[At]))
        {
            if (At - start == atMost) return false;
            value = (value * 10) + (_text[At++] - '0');
        }

        return At > start;
    }

    private bool TryReadByteSequence(out BareItem item)
    {
        item = default;
        At++;
        var end = _text[At..].IndexOf(':');
        if (end < 0) return false;
        var text = _text.Slice(At, end);
        At += end + 1;
        if (!FieldCharacters.IsCanonicalBase64(text)) return false;
        item = new BareItem(BareItemKind.ByteSequence, text);
        return true;
    }

    private bool TryReadBoolean(out BareItem item)
    {
        item = default;
        At++;
        if (AtEnd || _text[At] is not ('0' or '1')) return false;
        item = new BareItem(BareItemKind.Boolean, default, _text[At++] - '0');
        return true;
    }

    private bool TryReadDate(out BareItem item)
    {
        item = default;
        At++;
        if (AtEnd || !(_text[At] == '-' || char.IsAsciiDigit(_text[At])) || !TryReadNumber(out var number)) return false;
        if (number.Kind != BareItemKind.Integer) return false;
        item = new BareItem(BareItemKind.Date, default, number.Number);
        return true;
    }

    private bool TryReadDisplayString(out BareItem item)
    {
        item = default;
        At++;
        if (AtEnd || _text[At] != '"') return false;
        At++;
        var end = _text[At..].IndexOf('"');
        if (end < 0) return false;
        var text = _text.Slice(At, end);
        At += end + 1;
        if (!DisplayString.IsValid(text, out var canonical)) return false;
        if (!canonical) Canonical = false;
        item = new BareItem(BareItemKind.DisplayString, text);
        return true;
    }

    /// <summary>Inside an inner list an item ends at a space, a parameter or the list's end (RFC 9651 §4.2.1.2).</summary>
    private readonly bool FollowedByItemEnd() => !AtEnd && _text[At] is ' ' or ')' or ';';

    private ReadOnlySpan<char> TakeWhile(System.Buffers.SearchValues<char> characters)
    {
        var rest = _text[At..];
        var length = rest.IndexOfAnyExcept(characters);
        if (length < 0) length = rest.Length;
        At += length;
        return rest[..length];
    }

    private void SkipOptionalWhiteSpace()
    {
        while (!AtEnd && _text[At] is ' ' or '\t') At++;
    }
}
