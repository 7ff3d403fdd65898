using System.Buffers;

namespace SafeLlm.Formats;

/// <summary>Events that are the objects of one JSON array, as Gemini streams unless it is asked for server-sent events.</summary>
internal sealed class ArrayFrames : StreamFrames
{
    private static readonly SearchValues<byte> Signs = SearchValues.Create("\"[]{}"u8);
    private static readonly SearchValues<byte> StringSigns = SearchValues.Create("\"\\"u8);

    private long depth;
    private bool isString;
    private bool isEscaped;

    /// <inheritdoc/>
    public override int Pass(ReadOnlySpan<byte> bytes, bool stopsAtEnd, out bool isAtEnd)
    {
        isAtEnd = false;
        for (var at = 0; at < bytes.Length; at++)
        {
            if (isEscaped)
            {
                isEscaped = false;
                continue;
            }

            var next = bytes[at..].IndexOfAny(isString ? StringSigns : Signs);
            if (next < 0) break;
            at += next;
            switch (bytes[at])
            {
                case (byte)'"':
                    isString = !isString;
                    break;
                case (byte)'\\':
                    isEscaped = true;
                    break;
                case (byte)'[' or (byte)'{':
                    depth++;
                    break;
                default:
                    depth--;
                    isAtEnd = stopsAtEnd && depth == 1;
                    if (isAtEnd) return at + 1;
                    break;
            }
        }

        return bytes.Length;
    }
}
