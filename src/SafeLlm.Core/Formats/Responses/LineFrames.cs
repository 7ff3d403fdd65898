namespace SafeLlm.Formats;

/// <summary>Events that end with a number of line feeds: one for JSON lines, two for server-sent events.</summary>
internal sealed class LineFrames(int linesAtEnd) : StreamFrames
{
    private int newLines;

    /// <inheritdoc/>
    public override int Pass(ReadOnlySpan<byte> bytes, bool stopsAtEnd, out bool isAtEnd)
    {
        isAtEnd = false;
        if (!stopsAtEnd)
        {
            newLines = Trailing(bytes, newLines);
            return bytes.Length;
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            // Only a line feed begins an end.
            if (newLines == 0)
            {
                var next = bytes[i..].IndexOf((byte)'\n');
                if (next < 0) return bytes.Length;
                i += next;
            }

            // A carriage return beside a line feed changes nothing.
            if (bytes[i] == (byte)'\r') continue;
            newLines = bytes[i] == (byte)'\n' ? newLines + 1 : 0;
            isAtEnd = newLines >= linesAtEnd;
            if (isAtEnd) return i + 1;
        }

        return bytes.Length;
    }

    private static int Trailing(ReadOnlySpan<byte> bytes, int before)
    {
        var count = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            if (bytes[i] == (byte)'\n') count++;
            else if (bytes[i] != (byte)'\r') return count;
        }

        return before + count;
    }
}
