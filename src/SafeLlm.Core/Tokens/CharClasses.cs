using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SafeLlm.Tokens;

/// <summary>
/// The class of each character. The splitting rules were published as regular expressions and the reference runs them over
/// UTF-16, so whatever needs a surrogate pair belongs to no letter, number or space class there; here neither.
/// </summary>
internal static class CharClasses
{
    private static readonly byte[] Table = CreateTable();

    /// <summary>The class of the character that starts at <paramref name="position"/>, and its length in bytes; a byte that starts none is <see cref="CharClass.Other"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CharClass At(ReadOnlySpan<byte> text, int position, out int length)
    {
        var first = text[position];
        if (first < 0x80)
        {
            length = 1;
            return (CharClass)Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Table), first);
        }

        return Beyond(text, position, out length);
    }

    /// <summary>The class of an ASCII character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CharClass Ascii(byte value) => (CharClass)Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Table), value);

    private static CharClass Beyond(ReadOnlySpan<byte> text, int position, out int length)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), position);
        var left = text.Length - position;
        uint first = at;
        if (first - 0xC2 <= 0xDF - 0xC2)
        {
            if (left >= 2 && (Unsafe.Add(ref at, 1) & 0xC0) == 0x80)
            {
                length = 2;
                return (CharClass)Table[((first & 0x1F) << 6) | (Unsafe.Add(ref at, 1) & 0x3Fu)];
            }
        }
        else if (first - 0xE0 <= 0xEF - 0xE0)
        {
            if (left >= 3 && (Unsafe.Add(ref at, 1) & 0xC0) == 0x80 && (Unsafe.Add(ref at, 2) & 0xC0) == 0x80)
            {
                length = 3;
                return (CharClass)Table[((first & 0x0F) << 12) | ((Unsafe.Add(ref at, 1) & 0x3Fu) << 6) | (Unsafe.Add(ref at, 2) & 0x3Fu)];
            }
        }
        else if (first - 0xF0 <= 0xF4 - 0xF0 && left >= 4)
        {
            length = 4;
            return CharClass.Other;
        }

        length = 1;
        return CharClass.Other;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static byte[] CreateTable()
    {
        var table = new byte[char.MaxValue + 1];
        for (var value = 0; value < table.Length; value++)
        {
            var character = (char)value;
            table[value] = (byte)(character is '\r' or '\n' ? CharClass.LineBreak
                : char.IsWhiteSpace(character) ? CharClass.Space
                : CharUnicodeInfo.GetUnicodeCategory(character) switch
                {
                    UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CharClass.Upper,
                    UnicodeCategory.LowercaseLetter => CharClass.Lower,
                    UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharClass.Uncased,
                    UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => CharClass.Mark,
                    UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharClass.Number,
                    _ => CharClass.Other,
                });
        }

        return table;
    }
}
