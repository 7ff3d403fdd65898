using System.Globalization;
using System.Text;

namespace SafeLlm.Formats;

/// <summary>Ends a stream of Anthropic's: closes the block that is open, says <c>max_tokens</c>, and stops.</summary>
internal sealed class AnthropicStreamEnding(CallFacts facts) : StreamEnding
{
    // A line that says what begins or ends is short; of longer ones only the start is looked at.
    private const int Most = 128;

    private readonly byte[] line = new byte[Most];
    private int length;
    private int open = -1;

    /// <inheritdoc/>
    public override void See(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            var take = Math.Min(part.Length, Most - length);
            part[..take].CopyTo(line.AsSpan(length));
            length += take;
            if (end < 0) return;
            Judge(line.AsSpan(0, length));
            length = 0;
            bytes = bytes[(end + 1)..];
        }
    }

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> End()
    {
        var text = new StringBuilder();
        if (open >= 0) text.Append(CultureInfo.InvariantCulture, $"event: content_block_stop\ndata: {{\"type\":\"content_block_stop\",\"index\":{open}}}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"event: message_delta\ndata: {{\"type\":\"message_delta\",\"delta\":{{\"stop_reason\":\"max_tokens\",\"stop_sequence\":null}},\"usage\":{{\"output_tokens\":{facts.Bound.Tokens ?? 0}}}}}\n\n");
        text.Append("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private void Judge(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("data:"u8)) return;
        if (line.IndexOf("\"content_block_stop\""u8) >= 0) open = -1;
        else if (line.IndexOf("\"content_block_start\""u8) >= 0 && line.IndexOf("\"index\":"u8) is >= 0 and var at) open = Number(line[(at + 8)..]);
    }

    private static int Number(ReadOnlySpan<byte> text)
    {
        var number = 0;
        foreach (var digit in text.TrimStart((byte)' '))
        {
            if (!char.IsAsciiDigit((char)digit) || number > 1_000_000) break;
            number = (number * 10) + (digit - '0');
        }

        return number;
    }
}
