namespace SafeLlm.Cli.Traffic;

/// <summary>Reads a stream line by line as bytes, in memory that grows with the longest line and not with the stream.</summary>
/// <param name="input">The stream.</param>
/// <param name="longest">The most bytes that a line may have; the rest of a longer one is passed over.</param>
internal sealed class LineReader(Stream input, int longest)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _isOver;

    /// <summary>The number of the line that was read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Whether the line that was read last was too long, so that it was passed over.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The next line without its end, valid until the next call; null at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        IsTooLong = false;
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0) return Take(searched + at, feed: 1);
            searched = _end - _start;
            if (_isOver)
            {
                // A bare null would become an empty memory, by way of the array's conversion.
                if (searched == 0 && !IsTooLong) return (ReadOnlyMemory<byte>?)null;
                return Take(searched, feed: 0);
            }

            if (searched > longest)
            {
                IsTooLong = true;
                _start = _end;
                searched = 0;
            }

            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private ReadOnlyMemory<byte> Take(int length, int feed)
    {
        Number++;
        IsTooLong |= length > longest;
        var line = _buffer.AsMemory(_start, IsTooLong ? 0 : length);
        _start += length + feed;
        return Number == 1 && line.Span.StartsWith("\uFEFF"u8) ? line[3..] : line;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var kept = _buffer.AsMemory(_start, _end - _start);
        if (kept.Length == _buffer.Length) _buffer = new byte[_buffer.Length * 2];
        kept.CopyTo(_buffer);
        (_start, _end) = (0, kept.Length);
        var read = await input.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        _isOver = read == 0;
    }
}
