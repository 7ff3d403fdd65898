using System.Buffers;
using System.Text.Json;

namespace SafeLlm.Formats;

/// <summary>
/// Takes the chunk that only <c>stream_options.include_usage</c> brings out of a stream: no choices, and usage. An event is
/// held back until it is certain that it is not that one, and never more than <see cref="Most"/> bytes of it.
/// </summary>
internal sealed class UsageChunkFilter : StreamFilter
{
    // The chunk has some hundred bytes; one that is longer is another.
    private const int Most = 8 * 1024;

    private readonly ArrayBufferWriter<byte> _event = new(1024);
    private bool _isPassing;
    private bool _isLineEmpty = true;
    private LineFeed _lineFeed;

    /// <summary>Where a line feed goes that comes next and is the second half of a CRLF: with the first half.</summary>
    private enum LineFeed
    {
        None,
        Event,
        Output,
        Dropped,
    }

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        while (!bytes.IsEmpty)
        {
            if (_lineFeed != LineFeed.None && bytes[0] == '\n')
            {
                if (_lineFeed == LineFeed.Event) Take(bytes[..1], output);
                else if (_lineFeed == LineFeed.Output) output.Write(bytes[..1]);
                _lineFeed = LineFeed.None;
                bytes = bytes[1..];
                continue;
            }

            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? bytes : bytes[..(end + 1)];
            Take(line, output);
            bytes = bytes[line.Length..];
            _lineFeed = line[^1] == '\r' ? LineFeed.Event : LineFeed.None;
            if (end == 0 && _isLineEmpty) EndEvent(output);
            _isLineEmpty = end >= 0;
        }

        if (!_isPassing && IsOther(_event.WrittenSpan)) Pass(output);
    }

    /// <inheritdoc/>
    public override void Complete(IBufferWriter<byte> output) => EndEvent(output);

    private void Take(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        if (!_isPassing && _event.WrittenCount + bytes.Length > Most) Pass(output);
        (_isPassing ? output : _event).Write(bytes);
    }

    private void Pass(IBufferWriter<byte> output)
    {
        output.Write(_event.WrittenSpan);
        _event.ResetWrittenCount();
        _isPassing = true;
    }

    private void EndEvent(IBufferWriter<byte> output)
    {
        var isDropped = !_isPassing && IsUsageChunk(_event.WrittenSpan);
        if (!_isPassing && !isDropped) output.Write(_event.WrittenSpan);
        if (_lineFeed == LineFeed.Event) _lineFeed = isDropped ? LineFeed.Dropped : LineFeed.Output;
        _event.ResetWrittenCount();
        _isPassing = false;
    }

    /// <summary>Whether what is there of an event already has a choice in it.</summary>
    private static bool IsOther(ReadOnlySpan<byte> bytes) => bytes.IndexOf("\"choices\":[{"u8) >= 0;

    private static bool IsUsageChunk(ReadOnlySpan<byte> bytes)
    {
        var data = bytes.Trim("\r\n"u8);
        if (!data.StartsWith("data:"u8) || data.IndexOfAny((byte)'\r', (byte)'\n') >= 0) return false;
        // What would have been passed on had it come in pieces is passed on whole. A name that is half a surrogate pair cannot be compared.
        if (IsOther(data) || JsonText.HasLoneSurrogate(data)) return false;
        var reader = new Utf8JsonReader(data["data:"u8.Length..]);
        try
        {
            return HasOnlyUsage(ref reader);
        }
        catch (JsonException)
        {
            // Not ours to judge: it goes on as it came.
            return false;
        }
    }

    private static bool HasOnlyUsage(ref Utf8JsonReader reader)
    {
        bool hasUsage = false, hasNoChoices = false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUsage = reader.ValueTextEquals("usage"u8);
            var isChoices = reader.ValueTextEquals("choices"u8);
            reader.Read();
            if (isUsage) hasUsage = reader.TokenType == JsonTokenType.StartObject;
            if (isChoices && reader.TokenType == JsonTokenType.StartArray)
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.EndArray) return false;
                hasNoChoices = true;
                continue;
            }

            reader.Skip();
        }

        return hasUsage && hasNoChoices;
    }
}
