using System.Text.Unicode;

namespace SafeLlm.Signing.StructuredFields;

/// <summary>Display strings (RFC 9651 §4.2.10): printable ASCII with percent-encoded UTF-8.</summary>
internal static class DisplayString
{
    /// <summary>Whether the text between the quotes is valid, and whether a serialiser would write it so.</summary>
    public static bool IsValid(ReadOnlySpan<char> text, out bool canonical)
    {
        canonical = true;
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is < ' ' or > '~') return false;
            if (c != '%')
            {
                bytes[length++] = (byte)c;
                continue;
            }

            if (i + 2 >= text.Length || !TryHex(text[i + 1], out var high) || !TryHex(text[i + 2], out var low)) return false;
            var value = (byte)((high << 4) | low);
            canonical &= value is < 0x20 or > 0x7e or (byte)'%' or (byte)'"';
            bytes[length++] = value;
            i += 2;
        }

        return Utf8.IsValid(bytes.AsSpan(0, length));
    }

    /// <summary>Decodes a text that <see cref="IsValid"/> accepted.</summary>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                bytes.Add((byte)text[i]);
                continue;
            }

            _ = TryHex(text[i + 1], out var high);
            _ = TryHex(text[i + 2], out var low);
            bytes.Add((byte)((high << 4) | low));
            i += 2;
        }

        return [.. bytes];
    }

    /// <summary>Only lower case counts (RFC 9651 §4.2.10 step 5).</summary>
    private static bool TryHex(char c, out int value)
    {
        value = c switch
        {
            >= '0' and <= '9' => c - '0',
            >= 'a' and <= 'f' => c - 'a' + 10,
            _ => -1,
        };
        return value >= 0;
    }
}
