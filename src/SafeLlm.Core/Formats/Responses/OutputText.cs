using SafeLlm.Tokens;

namespace SafeLlm.Formats;

/// <summary>
/// Generated text as it passes, kept so far that its tokens can be counted if the stream is cut: most streams report usage,
/// and then nothing is counted at all.
/// </summary>
internal sealed class OutputText(Func<string?, ITokenCounter> counters)
{
    // A piece of a long answer is counted when the buffer is full; counting in pieces adds at most a token each.
    private const int Most = 64 * 1024;

    private byte[] _buffer = [];
    private int _length;
    private long _counted;
    private long _pieces;

    /// <summary>Bytes of text that were seen.</summary>
    public long Bytes { get; private set; }

    /// <summary>The model whose tokens are counted.</summary>
    public string? Model { get; set; }

    public void Append(ReadOnlySpan<byte> text)
    {
        Bytes += text.Length;
        if (text.Length <= _buffer.Length - _length)
        {
            text.CopyTo(_buffer.AsSpan(_length));
            _length += text.Length;
            return;
        }

        while (!text.IsEmpty)
        {
            if (_length == Most) Fold();
            var take = Math.Min(text.Length, Most - _length);
            if (_length + take > _buffer.Length) Array.Resize(ref _buffer, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(_length + take)));
            text[..take].CopyTo(_buffer.AsSpan(_length));
            _length += take;
            text = text[take..];
        }
    }

    /// <summary>The tokens of all the text that was seen.</summary>
    public long CountTokens()
    {
        if (_length > 0) _counted += counters(Model).Count(_buffer.AsSpan(0, _length));
        _length = 0;
        return _counted;
    }

    /// <summary>The same, less what counting in pieces may have added: so many there are for certain.</summary>
    public long CountCertain()
    {
        Fold();
        return Math.Max(0, _counted - _pieces);
    }

    /// <summary>Counts what is there, but for a character that has only begun.</summary>
    private void Fold()
    {
        if (_length == 0) return;
        var whole = _length;
        while (whole > 0 && whole > _length - 4 && (_buffer[whole - 1] & 0xC0) == 0x80) whole--;
        if (whole > 0 && (whole < _length || _buffer[whole - 1] >= 0xC0)) whole--;
        if (whole <= 0) return;
        _pieces++;
        _counted += counters(Model).Count(_buffer.AsSpan(0, whole));
        _buffer.AsSpan(whole, _length - whole).CopyTo(_buffer);
        _length -= whole;
    }
}
