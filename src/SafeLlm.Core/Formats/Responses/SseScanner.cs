namespace SafeLlm.Formats;

/// <summary>
/// Feeds the data of server-sent events to a <see cref="JsonSkimmer"/>: each event is a document. Lines end in LF, CRLF or
/// CR; comments, ids and unknown fields are passed over; data of several lines is one document.
/// See WHATWG HTML, section 9.2.6.
/// </summary>
internal sealed class SseScanner(JsonSkimmer skimmer) : BodyScanner
{
    private static ReadOnlySpan<byte> Done => "[DONE]"u8;

    private static ReadOnlySpan<byte> DataField => "data"u8;

    // Long enough for every field name and for the first bytes of data that say [DONE].
    private readonly byte[] _head = new byte[16];
    private int _headLength;
    private Line _line;
    private bool _hasData;
    private bool _afterReturn;
    private bool _sawDone;
    private bool _sawBroken;

    private enum Line : byte
    {
        Start,
        Field,
        DataSpace,
        DataHead,
        Data,
        PassOver,
    }

    /// <inheritdoc/>
    public override bool SawDone => _sawDone;

    /// <inheritdoc/>
    public override bool IsBroken => _sawBroken;

    /// <inheritdoc/>
    public override bool IsWhole => !_hasData;

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_afterReturn)
            {
                _afterReturn = false;
                if (bytes[0] == '\n')
                {
                    bytes = bytes[1..];
                    continue;
                }
            }

            if (_line == Line.Start && !_hasData && bytes.StartsWith("data: "u8) && FollowEvent(bytes["data: ".Length..]) is > 0 and var followed)
            {
                bytes = bytes[("data: ".Length + followed)..];
                continue;
            }

            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            InLine(end < 0 ? bytes : bytes[..end]);
            if (end < 0) return;
            _afterReturn = bytes[end] == '\r';
            EndLine();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Ends the last event, which may lack its blank line.</summary>
    public override void Complete()
    {
        if (_line is not (Line.Start or Line.PassOver)) EndLine();
        EndEvent();
    }

    private void InLine(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            switch (_line)
            {
                case Line.Start:
                    _headLength = 0;
                    _line = Line.Field;
                    break;
                case Line.Field:
                    text = InField(text);
                    break;
                case Line.DataSpace:
                    if (text[0] == ' ') text = text[1..];
                    _headLength = 0;
                    _line = Line.DataHead;
                    break;
                case Line.DataHead:
                    text = InDataHead(text);
                    break;
                case Line.Data:
                    skimmer.Append(text);
                    return;
                default:
                    return;
            }
        }
    }

    private ReadOnlySpan<byte> InField(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOf((byte)':');
        var name = colon < 0 ? text : text[..colon];
        if (_headLength + name.Length > DataField.Length)
        {
            _line = Line.PassOver;
            return default;
        }

        name.CopyTo(_head.AsSpan(_headLength));
        _headLength += name.Length;
        if (colon < 0) return default;
        _line = IsData ? Line.DataSpace : Line.PassOver;
        return text[(colon + 1)..];
    }

    private bool IsData => _head.AsSpan(0, _headLength).SequenceEqual(DataField);

    /// <summary>Holds back the first bytes of data for as long as they may become <c>[DONE]</c>.</summary>
    private ReadOnlySpan<byte> InDataHead(ReadOnlySpan<byte> text)
    {
        if (_hasData || (_headLength == 0 && text[0] != Done[0]))
        {
            BeginData();
            return text;
        }

        while (!text.IsEmpty && _headLength < Done.Length && text[0] == Done[_headLength])
        {
            _head[_headLength++] = text[0];
            text = text[1..];
        }

        if (!text.IsEmpty && !(_headLength == Done.Length && text.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0))
        {
            BeginData();
            skimmer.Append(_head.AsSpan(0, _headLength));
            return text;
        }

        return default;
    }

    private void BeginData()
    {
        // Data lines of one event are joined by a line feed.
        if (_hasData) skimmer.Append("\n"u8);
        _hasData = true;
        _line = Line.Data;
    }

    private void EndLine()
    {
        switch (_line)
        {
            case Line.Start:
                EndEvent();
                break;
            case Line.DataHead when _headLength == Done.Length:
                _sawDone = true;
                break;
            case Line.DataHead when _headLength > 0:
                BeginData();
                skimmer.Append(_head.AsSpan(0, _headLength));
                break;
        }

        _line = Line.Start;
    }

    private int FollowEvent(ReadOnlySpan<byte> data)
    {
        var followed = skimmer.FollowEvent(data);
        if (followed == 0) return 0;
        _hasData = true;
        EndEvent();
        return followed;
    }

    private void EndEvent()
    {
        if (!_hasData) return;
        _hasData = false;
        _sawBroken |= !skimmer.IsDone && !skimmer.IsUntouched;
        skimmer.Reset();
    }
}
