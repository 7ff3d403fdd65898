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

    // An event that is longer is read as it passes.
    private const int MostCarried = 4096;

    // Long enough for every field name and for the first bytes of data that say [DONE].
    private readonly byte[] _head = new byte[16];
    private int _headLength;
    private Line _line;
    private bool _hasData;
    private bool _afterReturn;
    private bool _sawDone;
    private bool _sawBroken;

    // What stood before the last event's document: its type, most often the next one's too.
    private readonly byte[] _lead = new byte[64];
    private int _leadLength;

    // The beginning of an event that may be like the last one: where it ends is yet to come.
    private byte[] _carried = [];
    private int _carriedLength;

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
        if (_carriedLength > 0) bytes = Rejoin(bytes);
        Scan(bytes, mayCarry: true);
    }

    /// <summary>Ends the last event, which may lack its blank line.</summary>
    public override void Complete()
    {
        ScanCarried();
        if (_line is not (Line.Start or Line.PassOver)) EndLine();
        EndEvent();
    }

    private void Scan(ReadOnlySpan<byte> bytes, bool mayCarry)
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

            if (_line == Line.Start && !_hasData)
            {
                if (FollowEvent(bytes) is > 0 and var followed)
                {
                    bytes = bytes[followed..];
                    continue;
                }

                if (mayCarry && bytes.Length < MostCarried && skimmer is { IsUntouched: true, HasShape: true } && EventEnd(bytes) < 0)
                {
                    Carry(bytes);
                    return;
                }
            }

            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            InLine(end < 0 ? bytes : bytes[..end]);
            if (end < 0) return;
            _afterReturn = bytes[end] == '\r';
            EndLine();
            bytes = bytes[(end + 1)..];
        }
    }

    private void Carry(ReadOnlySpan<byte> bytes)
    {
        if (_carried.Length == 0) _carried = new byte[MostCarried];
        bytes.CopyTo(_carried.AsSpan(_carriedLength));
        _carriedLength += bytes.Length;
    }

    /// <summary>Reads the event that was carried here, once it is whole or too long; returns what is left of the bytes.</summary>
    private ReadOnlySpan<byte> Rejoin(ReadOnlySpan<byte> bytes)
    {
        var end = EventEnd(bytes);
        var taken = Math.Min(end < 0 ? bytes.Length : end, MostCarried - _carriedLength);
        Carry(bytes[..taken]);
        if (end >= 0 || _carriedLength == MostCarried) ScanCarried();
        return bytes[taken..];
    }

    private void ScanCarried()
    {
        var carried = _carried.AsSpan(0, _carriedLength);
        _carriedLength = 0;
        Scan(carried, mayCarry: false);
    }

    /// <summary>The bytes up to and with the first blank line; -1 where there is none.</summary>
    private static int EventEnd(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf("\n\n"u8) is >= 0 and var end) return end + 2;
        return bytes.IndexOf("\n\r\n"u8) is >= 0 and var returned ? returned + 3 : -1;
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

    /// <summary>
    /// Reads an event of one line of data, which the line of its type may precede, where its document is like the last one.
    /// Returns its length; 0, and nothing is done, where it is not like it.
    /// </summary>
    private int FollowEvent(ReadOnlySpan<byte> bytes)
    {
        var start = _leadLength > 0 && bytes.StartsWith(_lead.AsSpan(0, _leadLength)) ? _leadLength : Lead(bytes);
        if (start == 0 || skimmer.FollowEvent(bytes[start..]) is not (> 0 and var followed)) return 0;
        _hasData = true;
        EndEvent();
        return start + followed;
    }

    /// <summary>The length of the line of the type, if there is one, and of the name of the data; 0 where something else stands here.</summary>
    private int Lead(ReadOnlySpan<byte> bytes)
    {
        var start = 0;
        if (bytes.StartsWith("event: "u8))
        {
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0) return 0;
            start = bytes[end..].StartsWith("\r\n"u8) ? end + 2 : end + 1;
        }

        if (!bytes[start..].StartsWith("data: "u8)) return 0;
        start += "data: ".Length;
        if (start > _lead.Length) return start;
        bytes[..start].CopyTo(_lead);
        _leadLength = start;
        return start;
    }

    private void EndEvent()
    {
        if (!_hasData) return;
        _hasData = false;
        _sawBroken |= !skimmer.IsDone && !skimmer.IsUntouched;
        skimmer.Reset();
    }
}
