using System.Buffers.Text;
using System.Text;

namespace SafeLlm.Validation;

/// <summary>Reads escapes of JSON strings one by one, so that half a character is still seen as one.</summary>
internal static class JsonEscape
{
    /// <summary>Reads an escape at the start of a text: its character, which is a surrogate where it stands alone, and its length.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out int character, out int length)
    {
        character = 0;
        length = 2;
        if (text.Length < 2 || text[0] != '\\')
        {
            return false;
        }

        switch ((char)text[1])
        {
            case 'n':
                character = '\n';
                return true;
            case 't':
                character = '\t';
                return true;
            case 'r':
                character = '\r';
                return true;
            case 'b':
                character = '\b';
                return true;
            case 'f':
                character = '\f';
                return true;
            case '"' or '\\' or '/':
                character = text[1];
                return true;
            case 'u' when TryReadUnit(text, out var unit):
                length = 6;
                character = unit;
                if (char.IsHighSurrogate(unit) && TryReadUnit(text[6..], out var low) && Rune.TryCreate(unit, low, out var rune))
                {
                    length = 12;
                    character = rune.Value;
                }

                return true;
            default:
                return false;
        }
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text.Length < 6 || text[0] != '\\' || text[1] != 'u' || !Utf8Parser.TryParse(text.Slice(2, 4), out uint value, out var used, 'x') || used != 4)
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
