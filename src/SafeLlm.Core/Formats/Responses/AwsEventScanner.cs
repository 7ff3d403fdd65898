using System.Buffers.Binary;
using System.Text;

namespace SafeLlm.Formats;

/// <summary>
/// AWS event streams (<c>application/vnd.amazon.eventstream</c>): frames of a prelude (lengths and their CRC-32), headers,
/// a JSON payload and a CRC-32 of all. Payloads go on as they come; exceptions are frames of their own.
/// </summary>
internal sealed class AwsEventScanner(JsonSkimmer skimmer, Tally tally) : BodyScanner
{
    private const int PreludeLength = 12;
    private const int ChecksumLength = 4;

    // The encoding's own limits: 128 KiB of headers, 16 MiB of payload.
    private const int MostHeaders = 128 * 1024;
    private const int MostFrame = 24 * 1024 * 1024;

    private readonly byte[] _prelude = new byte[PreludeLength];
    private byte[] _headers = [];
    private int _headersLength;
    private int _have;
    private int _left;
    private Part _part;
    private bool _isBroken;

    private enum Part : byte
    {
        Prelude,
        Headers,
        Payload,
        Checksum,
    }

    /// <inheritdoc/>
    public override bool IsBroken => _isBroken;

    /// <inheritdoc/>
    public override bool IsWhole => !_isBroken && _part == Part.Prelude && _have == 0;

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_isBroken)
        {
            var used = _part switch
            {
                Part.Prelude => Collect(bytes, _prelude, PreludeLength),
                Part.Headers => Collect(bytes, _headers, _headersLength),
                Part.Payload => Payload(bytes),
                _ => Math.Min(bytes.Length, ChecksumLength - _have),
            };
            if (_part == Part.Checksum) _have += used;
            bytes = bytes[used..];
            Advance();
        }
    }

    private int Collect(ReadOnlySpan<byte> bytes, byte[] into, int length)
    {
        var take = Math.Min(bytes.Length, length - _have);
        bytes[..take].CopyTo(into.AsSpan(_have));
        _have += take;
        return take;
    }

    private int Payload(ReadOnlySpan<byte> bytes)
    {
        var take = Math.Min(bytes.Length, _left);
        skimmer.Append(bytes[..take]);
        _left -= take;
        return take;
    }

    private void Advance()
    {
        if (_part == Part.Prelude && _have == PreludeLength) BeginFrame();
        if (_part == Part.Headers && _have == _headersLength) BeginPayload();
        if (_part == Part.Payload && _left == 0) Enter(Part.Checksum);
        if (_part != Part.Checksum || _have < ChecksumLength) return;
        skimmer.Reset();
        Enter(Part.Prelude);
    }

    private void Enter(Part part)
    {
        _part = part;
        _have = 0;
    }

    private void BeginFrame()
    {
        var total = BinaryPrimitives.ReadUInt32BigEndian(_prelude);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(_prelude.AsSpan(4));
        if (Crc32.Of(_prelude.AsSpan(0, 8)) != BinaryPrimitives.ReadUInt32BigEndian(_prelude.AsSpan(8))
            || headers > MostHeaders || total > MostFrame || total < PreludeLength + headers + ChecksumLength)
        {
            _isBroken = true;
            return;
        }

        _headersLength = (int)headers;
        if (_headers.Length < _headersLength) _headers = new byte[_headersLength];
        _left = (int)total - PreludeLength - _headersLength - ChecksumLength;
        Enter(Part.Headers);
    }

    private void BeginPayload()
    {
        if (AwsEventHeaders.Find(_headers.AsSpan(0, _headersLength), ":exception-type"u8) is { Length: > 0 } exception)
        {
            tally.SetError(Encoding.UTF8.GetString(exception));
        }

        Enter(Part.Payload);
    }
}
